//! The environment variable that names a deployed stack to the suite.

/// Environment variable with the path of `stack.json`, the file that `cargo xtask up` writes.
pub(crate) const STACK_VARIABLE: &str = "EM_CONNECT_STACK";
