//! The terminal on which a conversation is held: lines in, questions out.
//!
//! Lines are read as the terminal gives them, so that it works in every one; Ctrl-C ends the program
//! and the end of input the conversation, and neither writes a file.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use crate::cli::request::hidden_line;
use crate::cli::{Failure, failure};
use crate::render::Color;

mod book;
mod conversation;
mod like;

pub(super) use book::{Book, Field, Order};
use conversation::Conversation;
pub(super) use like::Choice;

/// Whether somebody is there to be asked.
pub(super) fn is_there() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Asks for all that is missing.
pub(super) fn ask(book: &dyn Book, order: Order, color: Color) -> Result<Order, Failure> {
    let (mut conversation, first) = Conversation::begin(book, order, color);
    let print = |text: &str| {
        let mut out = std::io::stdout().lock();
        let printed = out.write_all(text.as_bytes());
        printed.and_then(|()| out.flush()).map_err(failure)
    };
    print(&first)?;
    while !conversation.is_done() {
        let line = if conversation.asks_for_a_secret() {
            hidden_line()
        } else {
            std::io::stdin().lock().lines().next().and_then(Result::ok)
        };
        let Some(line) = line else {
            print("\n")?;
            return Err(Failure::new("the input ended before all was said")
                .help("nothing is written; ask again"));
        };
        print(&conversation.hear(&line))?;
    }
    Ok(conversation.order())
}
