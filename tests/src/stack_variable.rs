//! The variable by which a run of the suite finds a deployed stack.

/// Variable with the path of the file that `cargo xtask up` writes.
pub(crate) const STACK_VARIABLE: &str = "EM_CONNECT_STACK";
