//! `em-connect`: event registration on one machine.

/// Hashes of passwords take 19 MiB each, between small allocations of other threads; the C library's allocator leaves holes of
/// that size and grows to hundreds of MiB.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    server::commands::Cli::run()
}
