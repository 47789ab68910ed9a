//! The result of a merge made whole: what goes with deleted entities is taken out.
//!
//! In: both sides. Out: both sides, of which the result is what the pull request would have to
//! be, and why it is not; or the findings of the result as it is. Writes nothing: nobody merges
//! what is only foreseen here.

use crate::cli::merge::Pair;
use crate::compile::{Compiled, compile};
use crate::plan::file::Revision;
use crate::plan::gone::{completion, grouped};
use crate::plan::unfit::explained;

/// A pair, and why the pull request is refused although it could be planned.
pub(super) type Whole = (Pair, Option<String>);

/// Makes the result of a pair whole.
pub(super) fn whole(mut pair: Pair, target: &Revision) -> Result<Whole, Box<Compiled>> {
    if !pair.has_target {
        return without_errors(pair);
    }
    let done = completion(&pair.before, &pair.after, None);
    let how = how(target, pair.is_behind);
    if let Some(snapshot) = &done.snapshot {
        let mut after = compile(snapshot.clone(), &pair.selection);
        after.hold_to(&pair.before);
        let is_whole = !crate::check::has_errors(&after.findings);
        if is_whole && done.fits(&pair.after, &after) {
            pair.after = after;
            let text = format!("the pull request is not complete: {}; {how}", done.words());
            return Ok((pair, Some(text)));
        }
    }
    if crate::check::has_errors(&pair.after.findings) {
        grouped(&pair.before, &mut pair.after, &done, &how);
    }
    without_errors(pair)
}

fn without_errors(mut pair: Pair) -> Result<Whole, Box<Compiled>> {
    if crate::check::has_errors(&pair.after.findings) {
        explained(&pair.before, &mut pair.after);
        return Err(Box::new(pair.after));
    }
    Ok((pair, None))
}

/// What its author does about it.
fn how(target: &Revision, is_behind: bool) -> String {
    let name = &target.name;
    match (&target.commit, is_behind) {
        (None, _) => "take it out in the same change".to_owned(),
        (Some(_), false) => format!("run `catalogc check --since {name} --fix`"),
        (Some(_), true) => {
            format!("merge `{name}` into it, then run `catalogc check --since {name} --fix`")
        }
    }
}
