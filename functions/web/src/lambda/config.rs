//! The configuration of the pages on AWS Lambda.

use tracing::level_filters::LevelFilter;

use crate::Settings;

bootstrap::configuration! { env =>
    /// The values of the pages' environment variables.
    pub(crate) struct Config {
        /// `TABLE_NAME`: the name of the deployment's only table.
        pub(crate) table_name: String = env.required("TABLE_NAME"),
        /// `PICTURES_BUCKET`: the name of the S3 bucket with the files of pictures.
        pub(crate) pictures_bucket: String = env.required("PICTURES_BUCKET"),
        /// `PUBLIC_URL`: the origin at which visitors reach the pages. If it is not set, each request names it.
        pub(crate) public_url: Option<String> = Some(env.optional("PUBLIC_URL")),
        /// `LIVE_URL`: the address of the WebSocket API, with the scheme `ws`, `wss`, `http` or `https`. The last two mean the
        /// first two, because CloudFormation cannot replace a part of a text.
        pub(crate) live_url: String = env.required("LIVE_URL"),
        /// `LOG_LEVEL`: the lowest severity of entries that are logged; `info` by default.
        pub(crate) log_level: LevelFilter = env.or("LOG_LEVEL", LevelFilter::INFO),
    }
}

impl Config {
    /// Returns the settings of the pages from this configuration.
    pub(crate) fn settings(self) -> Settings {
        let public_url = self.public_url.as_deref();
        Settings {
            public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
            live_url: Some(as_socket(&self.live_url)),
        }
    }
}

/// Replaces the scheme `http` by `ws`, and `https` by `wss`.
fn as_socket(url: &str) -> String {
    url.strip_prefix("http")
        .map_or_else(|| url.to_owned(), |rest| format!("ws{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_the_socket_has_its_scheme() {
        for (url, socket) in [
            ("https://a.example/live", "wss://a.example/live"),
            ("http://127.0.0.1:4566/x", "ws://127.0.0.1:4566/x"),
            ("wss://a.example", "wss://a.example"),
        ] {
            assert_eq!(as_socket(url), socket);
        }
    }
}
