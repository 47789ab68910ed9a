//! What changes besides the steps, as parts of a page: what definitions say otherwise, values of
//! other entities, levels of scorecards.
//!
//! In: a plan file. Out: HTML whose text is escaped. Nothing is cut here: where the comment and the
//! text at a terminal count, they send their reader to this page.

use crate::plan::file::{Covered, PlanFile};

use super::super::html::escape;
use super::super::plan_definitions;
use super::super::plan_effects::{self, Listed};
use super::super::plan_levels;
use super::super::plan_words::placed;
use super::super::words::{count, number, push_line, size};
use super::{look, section, steps};

/// A section for each of them that there is.
pub(super) fn sections(out: &mut String, plan: &PlanFile) {
    renames(out, plan);
    definitions(out, plan);
    effects(out, plan);
    levels(out, plan);
}

/// Deletions and creations that may be renames.
fn renames(out: &mut String, plan: &PlanFile) {
    let told = plan_definitions::renames(plan);
    if !told.is_empty() {
        let head = format!("likely renames, without movedFrom: {}", number(told.len()));
        section(out, &head, &list(told.iter()));
    }
}

/// The changed paths of definitions, a table for each definition.
fn definitions(out: &mut String, plan: &PlanFile) {
    let changed = plan.coverage.iter().filter(|it| !it.changes.is_empty());
    let changed: Vec<&Covered> = changed.collect();
    if changed.is_empty() {
        return;
    }
    let mut tables = String::new();
    for one in &changed {
        push_line(&mut tables, &steps::table(&one.path, &one.changes));
    }
    let paths = changed.iter().map(|one| one.changes.len()).sum();
    let paths = count(paths, "path", "paths");
    section(
        out,
        &format!("what definitions say otherwise: {paths}"),
        &tables,
    );
}

/// Values of other entities, and how many more a definition moves than stand in the plan.
fn effects(out: &mut String, plan: &PlanFile) {
    let more = plan_effects::more(plan);
    if plan.effects.is_empty() && more.is_empty() {
        return;
    }
    let mut rows = String::new();
    for row in plan_effects::rows(plan, Listed::Each) {
        let cells = [&row.kind, &row.entity, &row.path].map(|text| cell(text));
        let (before, after) = (escape(&row.before), escape(&row.after));
        let by = escape(&plan_effects::because(&row));
        push_line(
            &mut rows,
            &format!(
                "<tr>{}<td class=\"old\">{before}</td><td class=\"new\">{after}</td>\
                 <td>{by}</td></tr>",
                cells.concat()
            ),
        );
    }
    let mut content = String::new();
    if !rows.is_empty() {
        let head = ["kind", "entity", "value", "before", "after", "by"];
        content = table("Also changes", &head, &rows);
    }
    content.push_str(&list(more.iter()));
    let uncounted: u64 = plan.more_effects.iter().map(|it| it.count).sum();
    let all = plan.effects.len().saturating_add(size(uncounted));
    let values = count(all, "value", "values");
    section(out, &format!("also changes: {values}"), &content);
}

/// Levels that fall or rise, and scorecards whose levels are not computed.
fn levels(out: &mut String, plan: &PlanFile) {
    if plan.levels.is_empty() && plan.unscored.is_empty() {
        return;
    }
    let mut rows = String::new();
    for row in plan_levels::rows(plan, Listed::Each) {
        let [kind, entity, card, before, after] = row.cells.each_ref().map(|text| escape(text));
        let (look, glyph) = (look(row.glyph), escape(&row.glyph.to_string()));
        let because = escape(&plan_levels::because(&row));
        push_line(
            &mut rows,
            &format!(
                "<tr><td class=\"{look}\">{glyph}</td><td>{kind}</td><td>{entity}</td>\
                 <td>{card}</td><td class=\"old\">{before}</td><td class=\"new\">{after}</td>\
                 <td>{because}</td></tr>"
            ),
        );
    }
    let mut content = String::new();
    let mut said = vec![plan_levels::counted(plan)];
    said.retain(|words| !words.is_empty());
    if !rows.is_empty() {
        let head = ["", "kind", "entity", "scorecard", "before", "after", "by"];
        content = table("Levels", &head, &rows);
    }
    if !plan.unscored.is_empty() {
        let cards = plan.unscored.len();
        said.push(count(
            cards,
            "scorecard is not computed",
            "scorecards are not computed",
        ));
    }
    content.push_str(&list(
        plan.unscored
            .iter()
            .map(|it| placed(&it.text, it.place.as_deref())),
    ));
    section(out, &format!("levels: {}", said.join(", ")), &content);
}

/// A table of these columns that scrolls by itself.
fn table(label: &str, head: &[&str], rows: &str) -> String {
    let head = head
        .iter()
        .map(|name| format!("<th scope=\"col\">{name}</th>"));
    let head: String = head.collect();
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\">\
         <table><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table></div>"
    )
}

fn cell(text: &str) -> String {
    format!("<td>{}</td>", escape(text))
}

/// A list of these lines, or nothing.
fn list<T: AsRef<str>>(lines: impl Iterator<Item = T>) -> String {
    let items = lines.map(|line| format!("<li>{}</li>", escape(line.as_ref())));
    let items: String = items.collect();
    if items.is_empty() {
        return items;
    }
    format!("\n<ul>{items}</ul>")
}
