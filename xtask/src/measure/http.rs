//! As much of HTTP/1.1 as the stand-ins of the measurements need (RFC 9112).

use std::io::{self, BufRead, Read as _, Write};

/// A request, parsed as far as somebody looks at it.
#[derive(Debug)]
pub(super) struct Request {
    /// Method, path and version.
    pub(super) line: String,
    headers: Vec<(String, String)>,
    /// Every byte of it, as it came.
    pub(super) raw: Vec<u8>,
    /// Where in `raw` the body begins, with its framing if it is chunked.
    body: usize,
}

impl Request {
    /// The next one of a connection; `None` where that has ended.
    ///
    /// # Errors
    /// The connection broke, or what came is no HTTP.
    pub(super) fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut raw = Vec::new();
        let Some(line) = read_line(from, &mut raw)?.filter(|line| !line.is_empty()) else {
            return Ok(None);
        };
        let mut headers = Vec::new();
        while let Some(header) = read_line(from, &mut raw)?.filter(|line| !line.is_empty()) {
            if let Some((name, value)) = header.split_once(':') {
                headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        let body = raw.len();
        let mut request = Self {
            line,
            headers,
            raw,
            body,
        };
        if request.header("transfer-encoding").is_some() {
            while request.read_chunk(from)? {}
        } else if let Some(length) = request.header("content-length") {
            let length = length.parse().map_err(io::Error::other)?;
            from.take(length).read_to_end(&mut request.raw)?;
        }
        Ok(Some(request))
    }

    /// Whether another chunk follows.
    fn read_chunk(&mut self, from: &mut impl BufRead) -> io::Result<bool> {
        let size = read_line(from, &mut self.raw)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(size, 16).map_err(io::Error::other)?;
        from.take(size).read_to_end(&mut self.raw)?;
        read_line(from, &mut self.raw)?;
        Ok(size > 0)
    }

    /// A header, by its name in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.raw[self.body..]).into_owned()
    }
}

fn read_line(from: &mut impl BufRead, raw: &mut Vec<u8>) -> io::Result<Option<String>> {
    let begin = raw.len();
    from.read_until(b'\n', raw)?;
    let line = String::from_utf8_lossy(&raw[begin..]);
    Ok((raw.len() > begin).then(|| line.trim_end().to_owned()))
}

/// Writes an answer of JSON, after which the connection stays. `headers`: each with its line end.
///
/// # Errors
/// The connection broke.
pub(super) fn answer(
    to: &mut impl Write,
    status: &str,
    headers: &str,
    body: &str,
) -> io::Result<()> {
    let length = body.len();
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
    to.write_all(answer.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_one_connection_are_told_apart() {
        let mut wire: &[u8] =
            b"POST /a HTTP/1.1\r\nX-Amz-Target: A.B\r\nContent-Length: 2\r\n\r\n{}\
            POST /b HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n\
            GET /c HTTP/1.1\r\n\r\n";
        let first = Request::read(&mut wire).unwrap().unwrap();
        assert_eq!(first.line, "POST /a HTTP/1.1");
        assert_eq!(first.header("x-amz-target"), Some("A.B"));
        assert_eq!(first.text(), "{}");
        let second = Request::read(&mut wire).unwrap().unwrap();
        assert_eq!(second.text(), "3\r\nabc\r\n0\r\n\r\n");
        let third = Request::read(&mut wire).unwrap().unwrap();
        assert_eq!(
            (third.line.as_str(), third.text().as_str()),
            ("GET /c HTTP/1.1", "")
        );
        assert!(Request::read(&mut wire).unwrap().is_none());
    }
}
