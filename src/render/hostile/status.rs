//! Hostile names and words of backends in what `status` and the comment after a run print.

use super::{Color, HOSTILE, Keys, harmless, inert, infected, pr_412};
use crate::render::applied::Ended;
use crate::render::applied_markdown;
use crate::render::status::{Held, Missed, Open, Status, status_json, status_text};

#[test]
fn no_text_of_a_ledger_drives_a_terminal() {
    for with in HOSTILE {
        let text = || with.to_owned();
        let status = Status {
            version: 1,
            landings: 1,
            steps: vec![Open {
                step: text(),
                landing: text(),
                action: text(),
                blueprint: text(),
                entity: text(),
                in_catalog: false,
                summary: text(),
                state: "failed",
                since: text(),
                why: text(),
                runs: vec![text()],
                next: text(),
            }],
            missed: vec![Missed {
                commit: text(),
                before: text(),
                steps: None,
                next: text(),
            }],
            held: vec![Held {
                commit: text(),
                why: text(),
                next: text(),
            }],
        };
        harmless(&status_text(&status, Color::Off), with);
        harmless(&status_json(&status), with);
    }
}

#[test]
fn no_word_of_a_backend_is_more_than_text_in_a_comment() {
    for with in HOSTILE {
        let plan = infected(&pr_412(), with, Keys::Kept);
        let ends: Vec<Ended> = plan
            .steps
            .iter()
            .zip(["done", "failed", "unknown", "skipped", "already done"])
            .map(|(step, word)| Ended {
                number: step.number,
                word,
                took_seconds: 1,
                detail: with.to_owned(),
                problems: vec![with.to_owned()],
                done: vec![with.to_owned()],
                runs: vec![(with.to_owned(), format!("https://x.example/ {with}"))],
            })
            .collect();
        let name = |_: u32| with.to_owned();
        let comment = applied_markdown((&plan, &name), &ends, "failed: 1 of 5", Some(with));
        harmless(&comment, with);
        inert(&comment.replace("<details open>", "<details>"), with);
        let rows = comment.lines().filter(|line| line.starts_with("| "));
        for row in rows.filter(|row| !row.starts_with("| step")) {
            let bars = row.replace("\\|", "").matches('|').count();
            assert_eq!(bars, 5, "{with}: {row}");
        }
    }
}
