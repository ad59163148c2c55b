// Original file: proto/google/rpc/error_details.proto


/**
 * One field and what is wrong with it.
 */
export interface _google_rpc_BadRequest_FieldViolation {
  /**
   * The path of the field from the request's root, e.g. `items[3].path[0]`.
   */
  'field'?: (string);
  /**
   * What is wrong with it.
   */
  'description'?: (string);
}

/**
 * One field and what is wrong with it.
 */
export interface _google_rpc_BadRequest_FieldViolation__Output {
  /**
   * The path of the field from the request's root, e.g. `items[3].path[0]`.
   */
  'field': (string);
  /**
   * What is wrong with it.
   */
  'description': (string);
}

/**
 * What is wrong with the fields of a request.
 */
export interface BadRequest {
  /**
   * Every violation found.
   */
  'fieldViolations'?: (_google_rpc_BadRequest_FieldViolation)[];
}

/**
 * What is wrong with the fields of a request.
 */
export interface BadRequest__Output {
  /**
   * Every violation found.
   */
  'fieldViolations': (_google_rpc_BadRequest_FieldViolation__Output)[];
}
