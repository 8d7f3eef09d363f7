//! Reads lines of limited length from standard input.

use std::{
    io::{self, BufRead},
    sync::mpsc::{Receiver, sync_channel},
    thread,
};

/// Maximum length of a line, in bytes. The scanner refuses a longer line without judging it.
const MAX: usize = 8 * 1024;
/// Maximum number of lines that wait in memory until the scanner handles them.
const AHEAD: usize = 16;

/// One line of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// The text of a line without its line break. Bytes that are not UTF-8 are replaced, because no ticket contains such bytes.
    Text(String),
    /// A line that was skipped because it is longer than [`MAX`] bytes.
    TooLong,
}

/// Reads standard input in a separate thread, so that the scanner can check the network while nobody scans. Returns the channel
/// to which the thread sends the lines. The channel closes at the end of the input.
pub(crate) fn of_standard_input() -> Receiver<io::Result<Line>> {
    let (lines, receiver) = sync_channel(AHEAD);
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        while let Some(line) = next(&mut input).transpose() {
            let failed = line.is_err();
            if lines.send(line).is_err() || failed {
                break;
            }
        }
    });
    receiver
}

/// Returns the next line, or `None` at the end of the input. Never holds more than [`MAX`] bytes of a line in memory.
fn next(input: &mut impl BufRead) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    let mut too_long = false;
    let mut begun = false;
    loop {
        let read = input.fill_buf()?;
        if read.is_empty() {
            if begun {
                break;
            }
            return Ok(None);
        }
        begun = true;
        let end = read.iter().position(|byte| *byte == b'\n');
        let part = &read[..end.unwrap_or(read.len())];
        too_long |= line.len() + part.len() > MAX;
        if !too_long {
            line.extend_from_slice(part);
        }
        let consumed = part.len() + usize::from(end.is_some());
        input.consume(consumed);
        if end.is_some() {
            break;
        }
    }
    if too_long {
        return Ok(Some(Line::TooLong));
    }
    let text = String::from_utf8_lossy(&line);
    Ok(Some(Line::Text(text.trim_end_matches('\r').to_owned())))
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    fn all(input: &[u8], buffer: usize) -> Vec<Line> {
        let mut input = BufReader::with_capacity(buffer, input);
        std::iter::from_fn(|| next(&mut input).unwrap()).collect()
    }

    fn text(text: &str) -> Line {
        Line::Text(text.to_owned())
    }

    #[test]
    fn line_ends_are_taken_off_and_nothing_else() {
        assert_eq!(
            all(b" a \r\n\nb\xff\nlast", 3),
            [text(" a "), text(""), text("b\u{fffd}"), text("last")]
        );
        assert_eq!(all(b"", 3), []);
        assert_eq!(all(b"\n", 3), [text("")]);
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped_to_its_end() {
        let longest = "x".repeat(MAX);
        let input = format!("{longest}\n{longest}x\nnext\n{longest}{longest}");
        assert_eq!(
            all(input.as_bytes(), 1000),
            [text(&longest), Line::TooLong, text("next"), Line::TooLong]
        );
    }

    proptest! {
        #[test]
        fn lines_do_not_depend_on_how_they_arrive(
            input in prop::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), any::<u8>()], 0..200),
            buffer in 1_usize..50,
        ) {
            let lines = all(&input, buffer);
            prop_assert_eq!(&lines, &all(&input, 1000));
            let mut parts: Vec<_> = input.split(|byte| *byte == b'\n').collect();
            parts.pop_if(|last| last.is_empty());
            prop_assert_eq!(lines.len(), parts.len());
        }
    }
}
