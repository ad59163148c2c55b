// Original file: proto/trefoil/v1/admin.proto


/**
 * Asks for the state of the cluster.
 */
export interface GetClusterRequest {
}

/**
 * Asks for the state of the cluster.
 */
export interface GetClusterRequest__Output {
}
