//! Kinds of clients. A kind is a few words, such as `Firefox on Linux`, from which users recognise their own sessions.
//!
//! The header `User-Agent` of a client (RFC 9110, 10.1.5) is not stored, because it is long, can identify a device, and may
//! contain any text. A kind consists only of words from the lists in this module.

use serde::{Deserialize, Serialize};

/// The kind of a client, such as `Firefox on Linux`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientKind(String);

/// Each pair has a text that the header `User-Agent` may contain in lower case, and the name of the program that sends this
/// text. The first pair whose text is in the header counts. Most browsers send a header that contains not only their own name,
/// but also the name of another browser. So a browser comes first in this list if no other browser's header contains its name.
const PROGRAMS: [(&str, &str); 22] = [
    ("em-connect-scanner/", "em-connect scanner"),
    ("edg/", "Edge"),
    ("edga/", "Edge"),
    ("edgios/", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser/", "Samsung Internet"),
    ("vivaldi/", "Vivaldi"),
    ("firefox/", "Firefox"),
    ("fxios/", "Firefox"),
    ("crios/", "Chrome"),
    ("chrome/", "Chrome"),
    ("safari/", "Safari"),
    ("curl/", "curl"),
    ("wget/", "Wget"),
    ("postmanruntime/", "Postman"),
    ("python", "Python"),
    ("okhttp/", "App"),
    ("cfnetwork/", "App"),
    ("dart/", "App"),
    ("node", "Node.js"),
    ("undici", "Node.js"),
    ("go-http-client/", "Go"),
];

/// Each pair has a text that the header `User-Agent` may contain in lower case, and the name of the operating system that sends
/// this text. The first pair whose text is in the header counts. Android's header also contains `Linux`, and an iPhone's header
/// contains `Mac OS X`.
const SYSTEMS: [(&str, &str); 8] = [
    ("windows", "Windows"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("android", "Android"),
    ("cros ", "ChromeOS"),
    ("macintosh", "macOS"),
    ("darwin", "macOS or iOS"),
    ("linux", "Linux"),
];

impl ClientKind {
    /// Returns the kind of the client that sent this `User-Agent` header; `None` if the header names neither a known program
    /// nor a known operating system.
    #[must_use]
    pub fn from_user_agent(header: &str) -> Option<Self> {
        let header = header.to_ascii_lowercase();
        let known = |words: &[(&str, &'static str)]| {
            let word = words.iter().find(|(word, _)| header.contains(word));
            word.map(|(_, name)| *name)
        };
        match (known(&PROGRAMS), known(&SYSTEMS)) {
            (Some(program), Some(system)) => Some(Self(format!("{program} on {system}"))),
            (Some(name), None) | (None, Some(name)) => Some(Self(name.to_owned())),
            (None, None) => None,
        }
    }

    /// Returns the kind of the client as text, such as `Firefox on Linux`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_header_becomes_a_few_words() {
        for (header, words) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome on Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0 Mobile/15E148 Safari/604.1",
                "Chrome on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
                "Samsung Internet on Android",
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome on ChromeOS",
            ),
            ("curl/8.14.1", "curl"),
            ("python-requests/2.32.3", "Python"),
            ("em-connect-scanner/0.1.0", "em-connect scanner"),
            (
                "Tickets/12 CFNetwork/3826.500 Darwin/24.5.0",
                "App on macOS or iOS",
            ),
            ("Acme (Linux)", "Linux"),
        ] {
            let kind = ClientKind::from_user_agent(header);
            assert_eq!(
                kind.as_ref().map(ClientKind::as_str),
                Some(words),
                "{header}"
            );
        }
        for unknown in ["", "Acme/1.0", "\u{202e}<script>"] {
            assert_eq!(ClientKind::from_user_agent(unknown), None, "{unknown}");
        }
    }

    proptest! {
        #[test]
        fn nothing_of_a_header_is_kept(header in "(\\PC|firefox/|linux|curl/){0,40}") {
            if let Some(kind) = ClientKind::from_user_agent(&header) {
                let (program, system) = kind.as_str().split_once(" on ").unwrap_or((kind.as_str(), kind.as_str()));
                let is_ours = |word: &str| PROGRAMS.iter().chain(&SYSTEMS).any(|(_, name)| *name == word);
                prop_assert!(is_ours(program) && is_ours(system), "{}", kind.as_str());
            }
        }
    }
}
