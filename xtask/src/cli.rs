//! The command line of xtask.

pub(crate) mod bench;
pub(crate) mod deploy;
pub(crate) mod rotate_secret;
pub(crate) mod watch;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::folder::StackName;

/// Runs em-connect on this machine, tests it, and deploys it.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    version,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build the functions, start a local emulator and deploy to it; safe to run again at any time
    Up(Up),
    /// Stop a local stack; its data is gone with it
    Down(Down),
    /// Install the tools of `up` and `test` below target/tools, once; both do so themselves if it was not done
    Tools,
    /// Run every test against a fresh stack, which is stopped afterwards
    Test(Test),
    /// Measure the release build on a fresh stack: calls, units, CPU time, and the cost of a million registrations
    ///
    /// Calls and units are counted between the functions and the emulator, and are the same on every machine. With --server
    /// it measures the server of one machine instead.
    Bench(bench::Bench),
    /// Check tickets of an event at the door: codes or QR contents from standard input, one a line
    ///
    /// Signs in as the stack's organizer, or as `EM_CONNECT_EMAIL` with `EM_CONNECT_PASSWORD`, or with
    /// `EM_CONNECT_TOKEN`. Ends with the scanner's exit code: 3 if scans are left that the server does not have.
    Scan(Scan),
    /// Show one event live, until Ctrl-C: seats, waitlist and status in one line, news above it
    ///
    /// The times of news are in UTC. Piped into another program it prints a line for each frame, and what it
    /// says of the connection goes to standard error. A lost connection is made again.
    Watch(watch::Watch),
    /// Build for Lambda and put zips, template and checksums into one folder, to be released
    ///
    /// The folder is target/package/em-connect-VERSION-ARCHITECTURE.
    Package(Package),
    /// Build for Lambda and deploy to AWS, to another endpoint, or beside a local stack
    ///
    /// Builds, uploads, deploys, and believes nothing: every resource must really be there, and the API must be ready. A failure
    /// names the resource and the reason. `--plan` shows what would change.
    Deploy(deploy::Deploy),
    /// Replace the secret that all keys are derived from, with overlap
    ///
    /// The new secret is published at once, for verifying, and signs when every process, and every scanner that is asked
    /// in time, has learnt of it. The previous one goes on to verify until `--drop-previous`. Nobody is signed out, and
    /// tickets keep their codes. Needs the permissions `secretsmanager:GetSecretValue` and `PutSecretValue`; see
    /// docs/aws.md.
    RotateSecret(rotate_secret::RotateSecret),
    /// Build the functions for release and compare their bytes and instructions with xtask/budgets.json
    ///
    /// Needs valgrind and a local stack. Ends with exit code 1 if a figure is over its budget.
    Budgets(Named),
    /// Read a password from standard input and print its argon2id hash
    HashPassword,
    /// Write openapi.json anew from the code of the api function
    ///
    /// Fails where a change takes something away from clients, unless a decision record excuses it: see contract/README.md.
    Openapi,
}

#[derive(Debug, Args)]
pub(crate) struct Named {
    /// Name of the local stack: 1 to 20 lower-case letters, digits and hyphens, a letter first
    #[arg(long, visible_alias = "stack", default_value = "local", global = true)]
    pub(crate) name: StackName,
}

#[derive(Debug, Args)]
pub(crate) struct Up {
    #[command(flatten)]
    pub(crate) stack: Named,
    /// Port of the emulator on 127.0.0.1 [default: the one it had last time, else a free one]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct Down {
    #[command(flatten)]
    pub(crate) stack: Named,
    /// Stop every local stack of this checkout [default: only the named one]
    #[arg(long, conflicts_with = "name")]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
pub(crate) struct Test {
    /// Leave the stack running, to look at it afterwards [default: it is stopped]
    #[arg(long)]
    pub(crate) keep: bool,
    /// Have the emulator enforce the template's roles: a call of a function that its role does not allow fails the
    /// run, whatever came of it [default: every call is allowed]
    #[arg(long)]
    pub(crate) iam: bool,
    /// Instead of the suite, run the tests of faults, about a quarter of an hour: functions that are killed, batches
    /// that come twice, calls of the table and the queues that are slow, throttled or without an answer
    #[arg(long, conflicts_with = "iam")]
    pub(crate) faults: bool,
    /// Instead of the suite, call every operation of openapi.json with what its schemas allow and what they do not, for
    /// ten minutes at most: no answer may be a fault of the service, or one that the contract does not describe
    #[arg(long, conflicts_with_all = ["iam", "faults", "cargo_args"])]
    pub(crate) contract: bool,
    /// Make the faults of an earlier run again [default: a new seed, which is printed]
    #[arg(long, requires = "faults", value_name = "N")]
    pub(crate) seed: Option<u32>,
    /// Arguments for `cargo test` [default: none; given any, xtask's own tests are left out]
    #[arg(last = true)]
    pub(crate) cargo_args: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Scan {
    /// Id of the event, evt_…
    pub(crate) event: String,
    #[command(flatten)]
    pub(crate) stack: Named,
    /// Name of the door [default: none]
    #[arg(long, value_name = "NAME")]
    pub(crate) gate: Option<String>,
    /// Name of the device [default: a random one, kept in the state file]
    #[arg(long, value_name = "ID")]
    pub(crate) device: Option<String>,
    /// Where unsent scans are kept, one scanner at a time [default: scan-EVENT.json in the stack's folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// Stay off the network: go by the state file of an earlier start
    #[arg(long)]
    pub(crate) offline: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Package {
    /// Instruction set of the functions
    #[arg(long, value_enum, default_value_t = Architecture::Arm64)]
    pub(crate) architecture: Architecture,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Architecture {
    /// Graviton: cheaper
    Arm64,
    /// Intel and AMD
    #[value(name = "x86_64")]
    X86_64,
}

impl Architecture {
    /// Returns the architecture as a value of the template's parameter.
    pub(crate) fn parameter(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "x86_64",
        }
    }

    /// Returns the architecture of this machine. A local emulator runs the functions as plain processes on this machine.
    pub(crate) fn of_host() -> Self {
        if cfg!(target_arch = "aarch64") {
            Self::Arm64
        } else {
            Self::X86_64
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::folder::root;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn arguments_of_cargo_test_follow_two_dashes() {
        let cli =
            Cli::try_parse_from(["xtask", "test", "--keep", "--", "-p", "tests", "seats"]).unwrap();
        let Command::Test(options) = cli.command else {
            panic!("not the test command")
        };
        assert!(options.keep);
        assert_eq!(options.cargo_args, ["-p", "tests", "seats"]);
    }

    #[test]
    fn a_name_that_would_overwrite_cargos_folders_is_refused() {
        assert!(Cli::try_parse_from(["xtask", "up", "--name", "debug"]).is_err());
        assert!(Cli::try_parse_from(["xtask", "up", "--name", "Local"]).is_err());
        assert!(Cli::try_parse_from(["xtask", "up", "--name", "mine-2", "--port", "4566"]).is_ok());
    }

    /// Returns the xtask commands that a workflow runs. Each variable is replaced by a value.
    fn commands(workflow: &str) -> Vec<Vec<String>> {
        let value = |word: &str| match word.trim_matches('"') {
            "$STAGE" => "dev".to_owned(),
            "$REGION" => "eu-central-1".to_owned(),
            "$ARCHITECTURE" => "x86_64".to_owned(),
            "$ADMIN_EMAIL" => "ada@example.org".to_owned(),
            other => other.to_owned(),
        };
        let parts = workflow
            .lines()
            .filter_map(|line| line.split_once("cargo xtask "));
        let words = parts.map(|(_, rest)| rest.split_whitespace().map(value));
        words
            .map(|words| std::iter::once("xtask".to_owned()).chain(words).collect())
            .collect()
    }

    #[test]
    fn commands_of_workflows_exist() {
        let mut count = 0;
        for workflow in std::fs::read_dir(root().join(".github/workflows")).unwrap() {
            let path = workflow.unwrap().path();
            for command in commands(&std::fs::read_to_string(&path).unwrap()) {
                let parsed = Cli::try_parse_from(&command);
                assert!(parsed.is_ok(), "{path:?}: {command:?}: {parsed:?}");
                count += 1;
            }
        }
        assert!(count >= 5, "{count}");
    }
}
