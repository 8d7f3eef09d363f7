//! The file `stack.json`, which contains the addresses of a local stack for tests and people.

pub(crate) mod outputs;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::aws::{Aws, LOCAL_REGION};
use crate::client::Client;
use crate::cloudformation::Outputs;
use crate::credentials::{Account, Credentials};
use crate::emulator::Emulator;
use crate::files::read_json;
use crate::folder::Folder;
use crate::problem::problem;
use crate::tools::Tools;

/// Content of `stack.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stack {
    /// Address of the HTTP API. A path such as `/v1/events` is appended to it.
    pub(crate) http_url: String,
    /// Address of the WebSocket API, if the template has one.
    pub(crate) ws_url: Option<String>,
    /// Address of the emulator.
    pub(crate) endpoint_url: String,
    pub(crate) region: String,
    pub(crate) table_name: String,
    /// Folder in which every mail is a file `*.eml`. `None` if an older xtask wrote the file.
    pub(crate) mail_dir: Option<PathBuf>,
    /// Queues by the name of the function that consumes them.
    pub(crate) queues: BTreeMap<String, Queue>,
    /// Lambda names of the functions, by folder name.
    pub(crate) functions: BTreeMap<String, String>,
    pub(crate) admin: Account,
    pub(crate) organizer: Account,
    /// Id of the emulator's process.
    pub(crate) pid: u32,
}

/// A queue and its dead-letter queue. The relay has only a dead-letter queue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Queue {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) dead_letter_url: Option<String>,
}

impl Stack {
    /// Builds the content of `stack.json`, mainly from the template's outputs.
    pub(crate) fn new(
        outputs: &Outputs,
        emulator: Emulator,
        credentials: &Credentials,
        folder: &Folder,
    ) -> Result<Self> {
        let endpoint = emulator.endpoint();
        let required = |name: &str| {
            outputs
                .get(name)
                .cloned()
                .with_context(|| format!("template.yaml has no output {name}"))
        };
        Ok(Self {
            http_url: outputs::http_url(outputs, &endpoint)
                .context("template.yaml has no output HttpApiId")?,
            ws_url: outputs::web_socket_url(outputs, &endpoint),
            region: LOCAL_REGION.to_owned(),
            table_name: required("TableName")?,
            mail_dir: Some(folder.mail()),
            queues: outputs::queues(outputs, &endpoint),
            functions: outputs::functions(outputs),
            admin: credentials.admin.clone(),
            organizer: credentials.organizer.clone(),
            pid: emulator.pid,
            endpoint_url: endpoint,
        })
    }

    /// Returns the stack in `folder` if the stack is up. Otherwise returns an error that shows how to start the stack.
    pub(crate) fn of(folder: &Folder) -> Result<Self> {
        let not_up = |why: &str| {
            problem(
                format!("the local stack `{}` {why}", folder.name),
                format!("run `cargo xtask up{}` first", folder.option()),
            )
        };
        let stack: Self = read_json(&folder.stack_json())?.ok_or_else(|| not_up("is not up"))?;
        match Emulator::running(folder)? {
            Some(_) => Ok(stack),
            None => Err(not_up("is not running any more")),
        }
    }

    /// Returns the AWS CLI, with this stack as its target.
    pub(crate) fn aws(&self, tools: &Tools, folder: &Folder) -> Aws {
        Aws::local(tools, &self.endpoint_url, &folder.data().join("home"))
    }

    /// Returns a client of the HTTP API.
    pub(crate) fn client(&self) -> Client {
        Client::new(&self.http_url, std::time::Duration::from_secs(35))
    }
}
