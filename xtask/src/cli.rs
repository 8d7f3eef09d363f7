//! The command line of xtask.

pub(crate) mod bench;
pub(crate) mod deploy;
pub(crate) mod rotate_secret;

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
    /// Build the functions, start a local emulator and deploy to the emulator; can be repeated at any time
    Up(Up),
    /// Stop a local stack and delete its data
    Down(Down),
    /// Install the tools of `up` and `test` in target/tools; both commands do this if the tools are missing
    Tools,
    /// Run every test against a fresh stack, and stop the stack afterwards
    ///
    /// The emulator checks the requests and answers of the functions against AWS's service models and quotas. The run fails if
    /// AWS would refuse one. target/aws-requests.json has the counts.
    Test(Test),
    /// Measure the release build on a fresh stack: calls to AWS services, units of the table, CPU time, and the cost of a
    /// million registrations
    ///
    /// The command counts the calls that the functions make to the emulator, and the units that these calls take. Both numbers
    /// are the same on every machine. With --server, the command measures `em-connect serve` instead of the functions.
    Bench(bench::Bench),
    /// Build for Lambda, and put zips, template and checksums into one folder for a release
    ///
    /// The folder is target/package/em-connect-VERSION-ARCHITECTURE.
    Package(Package),
    /// Build for Lambda and deploy to AWS, to another endpoint, or beside a local stack
    ///
    /// Builds, uploads and deploys. Then checks that every resource exists and that the API is ready. A failure names the
    /// resource and the reason. `--plan` shows what would change.
    Deploy(deploy::Deploy),
    /// Replace the secret from which all keys are derived; the old secret stays valid for a time
    ///
    /// At first, the new secret only verifies. It signs after the time of `--lead`, when every process and every scanner that
    /// was online meanwhile has the new keys. The previous secret verifies until `--drop-previous`. Nobody is signed out, and
    /// tickets keep their codes. Needs the permissions `secretsmanager:GetSecretValue` and `PutSecretValue`; see docs/aws.md.
    RotateSecret(rotate_secret::RotateSecret),
    /// Build the functions for release and compare their bytes and instructions with xtask/budgets.json
    ///
    /// Needs valgrind and a local stack. Ends with exit code 1 if a figure is over its budget.
    Budgets(Named),
    /// Read a password from standard input and print its argon2id hash
    HashPassword,
    /// Generate openapi.json from the code of the api function
    ///
    /// Fails if a change breaks clients, unless a decision record allows the change: see contract/README.md.
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
    /// Port of the emulator on 127.0.0.1 [default: the port of the last time, else a free port]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct Down {
    #[command(flatten)]
    pub(crate) stack: Named,
    /// Stop every local stack of this checkout [default: only the stack that --name names]
    #[arg(long, conflicts_with = "name")]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
pub(crate) struct Test {
    /// Leave the stack running after the tests [default: the stack is stopped]
    #[arg(long)]
    pub(crate) keep: bool,
    /// Let the emulator enforce the template's roles: if a function makes a call that its role does not allow, the run fails,
    /// even if the tests pass [default: every call is allowed]
    #[arg(long)]
    pub(crate) iam: bool,
    /// Instead of the suite, run the tests of faults, which take about 15 minutes: functions that are killed, batches that
    /// arrive twice, and calls of the table and the queues that are slow, throttled or unanswered
    #[arg(long, conflicts_with = "iam")]
    pub(crate) faults: bool,
    /// Instead of the suite, call every operation of openapi.json with valid and invalid requests, for at most ten minutes; the
    /// run fails if an answer is a fault of the service or is not described in the contract
    #[arg(long, conflicts_with_all = ["iam", "faults", "cargo_args"])]
    pub(crate) contract: bool,
    /// Seed of an earlier run, whose faults are repeated [default: a new seed, which is printed]
    #[arg(long, requires = "faults", value_name = "N")]
    pub(crate) seed: Option<u32>,
    /// Arguments for `cargo test`; with arguments, xtask's own tests are not run [default: none]
    #[arg(last = true)]
    pub(crate) cargo_args: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Package {
    /// Instruction set of the functions
    #[arg(long, value_enum, default_value_t = Architecture::Arm64)]
    pub(crate) architecture: Architecture,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Architecture {
    /// AWS Graviton, which costs less
    Arm64,
    /// Processors of Intel and AMD
    #[value(name = "x86_64")]
    X86_64,
}

impl Architecture {
    /// Returns the value that the template's parameter `Architecture` has for this instruction set.
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
