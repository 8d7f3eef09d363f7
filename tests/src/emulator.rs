//! A stack on the local emulator of AWS, as the file `stack.json` describes it.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::client::http_client;
use crate::queues::Listed;
use crate::stack_variable::STACK_VARIABLE;
use crate::{Client, Credentials, Stack};

/// The emulator that replaces AWS.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Emulator {
    endpoint_url: String,
    table_name: String,
    queues: HashMap<String, Listed>,
    functions: HashMap<String, String>,
    #[serde(skip)]
    listing_file: PathBuf,
}

/// The content of `stack.json`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listing {
    pub(crate) http_url: String,
    pub(crate) ws_url: String,
    pub(crate) mail_dir: PathBuf,
    pub(crate) admin: Credentials,
    pub(crate) organizer: Credentials,
    #[serde(flatten)]
    pub(crate) emulator: Emulator,
}

impl Listing {
    /// Reads the `stack.json` at this path. Panics if the file is missing or has another format.
    #[track_caller]
    pub(crate) fn read(path: &OsStr) -> Self {
        let listing = std::fs::read(path)
            .map_err(|error| error.to_string())
            .and_then(|bytes| serde_json::from_slice(&bytes).map_err(|error| error.to_string()));
        let mut listing: Self = match listing {
            Ok(listing) => listing,
            Err(error) => panic!(
                "{STACK_VARIABLE} names {}: {error}; without that variable the suite starts a server of its own",
                path.display()
            ),
        };
        listing.emulator.listing_file = std::path::absolute(path).unwrap_or_else(|_| path.into());
        listing
    }
}

impl Emulator {
    /// Returns the URL at which the emulator listens.
    pub(crate) fn endpoint_url(&self) -> &str {
        &self.endpoint_url
    }

    /// Returns a client that calls the AWS services of the emulator.
    pub(crate) fn client(&self) -> Client {
        Client::anonymous(http_client(), &self.endpoint_url)
    }

    /// Returns the name of the stack's table.
    pub(crate) fn table_name(&self) -> &str {
        &self.table_name
    }

    /// Returns the name that a function has in Lambda.
    #[track_caller]
    pub(crate) fn function_name(&self, function: &str) -> &str {
        match self.functions.get(function) {
            Some(name) => name,
            None => panic!("stack.json lists no function {function}"),
        }
    }

    /// Returns a queue of the stack together with its dead-letter queue.
    #[track_caller]
    pub(crate) fn listed(&self, queue: &str) -> Listed {
        match self.queues.get(queue) {
            Some(listed) => listed.clone(),
            None => panic!("stack.json lists no queue {queue}"),
        }
    }

    /// Returns the path of `stack.json`.
    pub(crate) fn listing_file(&self) -> &Path {
        &self.listing_file
    }
}

impl Stack {
    /// Returns the URL at which the emulator listens.
    #[track_caller]
    pub fn endpoint_url(&self) -> &str {
        self.emulator().endpoint_url()
    }

    /// Returns a client that calls the AWS services of the emulator.
    #[track_caller]
    pub fn aws(&self) -> Client {
        self.emulator().client()
    }

    /// Returns the folder that contains the file `stack.json` of a deployed stack.
    #[track_caller]
    pub fn folder(&self) -> &Path {
        let listing = self.emulator().listing_file();
        listing.parent().unwrap_or(listing)
    }

    /// Returns the name of a deployed stack, which is the name of its folder.
    #[track_caller]
    pub fn name(&self) -> &OsStr {
        self.folder().file_name().unwrap_or_default()
    }

    /// Returns the names of a deployed stack's functions, such as `api`.
    #[track_caller]
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.emulator().functions.keys().map(String::as_str)
    }

    /// Returns the header that authorizes a call of an AWS service. The emulator ignores the signature, and reads only names in
    /// the header, such as the name of the service.
    pub fn authorization(service: &str) -> String {
        format!(
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, \
             SignedHeaders=host, Signature=0"
        )
    }
}

/// Returns the deployed stack of this run. If the suite runs on a server instead, the test that calls this macro ends and
/// passes. The argument names what the test needs and a single machine cannot provide. `blackbox/targets.rs` lists all tests
/// that begin with this macro.
#[macro_export]
macro_rules! emulated {
    ($why:literal) => {
        match $crate::Stack::deployed() {
            Some(stack) => stack,
            None => return,
        }
    };
}

/// Ends the test that calls this macro if the suite runs on a deployed stack. The argument names what the test needs from a
/// server. `blackbox/targets.rs` lists all tests that begin with this macro.
#[macro_export]
macro_rules! on_a_server {
    ($why:literal) => {
        if $crate::Stack::deployed().is_some() {
            return;
        }
    };
}
