//! `em-connect`: event registration on one machine.

/// Each hash of a password takes 19 MiB, between small allocations of other threads. With the C library's allocator, holes of
/// that size stay and the process grows to hundreds of MiB.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    server::commands::Cli::run()
}
