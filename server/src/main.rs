//! `em-connect`: event registration on one machine.

/// The allocator of the process. Each hash of a password takes 19 MiB, between small allocations of other threads. The C
/// library's allocator would leave holes of that size, and the process would grow to hundreds of MiB.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    server::commands::Cli::run()
}
