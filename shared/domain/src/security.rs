//! Security: who a caller is, what the caller may do and how often, and which actions are recorded.
//!
//! An [access token](access_token) identifies the caller of a request, and a [refresh token](refresh_token) is exchanged for a
//! new access token. The [policy] decides about every action. A [rate limit](rate_limit) and a [wait after failures](throttle)
//! slow down guessing. The [audit log](audit) records who did what.

pub mod access_token;
pub mod audit;
pub mod policy;
pub mod rate_limit;
pub mod refresh_token;
pub mod throttle;
