// Module-loader hook of the tests of numbered checks.
