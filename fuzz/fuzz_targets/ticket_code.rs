//! Fuzzes the parsers of texts that are typed or scanned at the door: no text makes them panic, and a parsed value can be
//! written and parsed again.
#![no_main]

use domain::tickets::{
    code::TicketCode,
    input::{TicketInput, TicketInputError},
    token::TicketToken,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let code = text.parse::<TicketCode>();
    if let Ok(code) = code {
        let shown = code.to_string();
        assert_eq!(shown.len(), 14);
        assert_eq!(shown.parse(), Ok(code));
        assert_eq!(shown.to_lowercase().replace('-', " ").parse(), Ok(code));
        assert_eq!(TicketCode::from_bits(code.bits()), Some(code));
    }
    match TicketInput::parse(text) {
        Ok(TicketInput::Code(read)) => assert_eq!(text.trim().parse(), Ok(read)),
        Ok(TicketInput::Token(token)) => {
            assert!(code.is_err());
            assert!(token.len() <= 256 && token.chars().count() > 20);
            assert_eq!(token.trim(), text.trim());
            assert!(TicketToken::open(&token, &[]).is_err());
        }
        Err(TicketInputError) => assert!(code.is_err() || text.len() > 256),
    }
});
