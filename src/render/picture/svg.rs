//! A picture as SVG: entities in layers, what is pointed at to the left of what points there, and
//! those that are alike as one box, whose names it says when it is pointed at.
//!
//! It has no script, loads nothing, and follows the system's light or dark.

use super::folded::{Box, folded};
use super::{Line, Picture};
use crate::render::html::escape;
use crate::render::layers::{BETWEEN_COLUMNS, HIGH, Need, Place, WIDE, curve, label, layout};
use crate::render::plan_rights::plural;
use crate::render::words::{cut, number, safe};

/// The columns of a name, and of a kind, which is in smaller letters.
const NAME: usize = 23;
const KIND: usize = 28;
/// The most relations whose names are drawn: of more they would lie upon each other.
const NAMED: usize = 40;
/// The room between columns where names of relations stand in it.
const BETWEEN_NAMED: usize = 150;
/// The columns of the name of a relation, the blanks at its sides left out.
const RELATION: usize = 18;
/// The room for the lines below.
const BELOW: usize = 40;

const STYLE: &str = "\
svg{background:#fff}text{font:12px ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#1b1f24}\
.k{font-size:10px;fill:#57606a}rect{fill:#fff;stroke:#6e7781}.s rect{stroke:#0550ae;stroke-width:3}\
path{fill:none;stroke:#6e7781;opacity:.6;marker-end:url(#to)}#to path{fill:#6e7781;marker-end:none}.r{font-size:10px;fill:#57606a;text-anchor:middle;\
paint-order:stroke;stroke:#fff;stroke-width:4px}\
@media(prefers-color-scheme:dark){svg{background:#0d1117}text{fill:#e6edf3}.k,.r{fill:#9198a1}\
rect{fill:#0d1117;stroke:#9198a1}.s rect{stroke:#79c0ff}path{stroke:#9198a1}#to path{fill:#9198a1}.r{stroke:#0d1117}}";

/// The picture as a document of its own.
pub fn picture_svg(picture: &Picture) -> String {
    let drawn = folded(picture);
    let is_named = (1..=NAMED).contains(&drawn.lines.len());
    let between = if is_named {
        BETWEEN_NAMED
    } else {
        BETWEEN_COLUMNS
    };
    let needs: Vec<Need> = drawn.lines.iter().map(|it| (it.from, it.to)).collect();
    let (places, width, height) = layout(drawn.boxes.len(), &needs, between);
    // What goes by the right of the last column has room there, and so has its name.
    let (width, high) = ((width + between).max(3 * WIDE), height + BELOW);
    let about = escape(&picture.about);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{high}\" \
         viewBox=\"0 0 {width} {high}\" role=\"img\" aria-labelledby=\"about\">\n\
         <title id=\"about\">{about}</title>\n<style>{STYLE}</style>\n\
         <marker id=\"to\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
         orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker>\n"
    );
    let ends = |edge: &Line| {
        let (from, to) = (places.get(edge.from)?, places.get(edge.to)?);
        Some((*from, *to))
    };
    for edge in &drawn.lines {
        if let Some(ends) = ends(edge) {
            out.push_str(&line(&drawn.boxes, edge, ends, between));
        }
    }
    for (one, place) in drawn.boxes.iter().zip(&places) {
        out.push_str(&draw(one, *place));
    }
    for edge in drawn.lines.iter().filter(|_| is_named) {
        if let Some(ends) = ends(edge) {
            out.push_str(&name(edge, ends, between));
        }
    }
    let below = match picture.cut() {
        Some(cut) => format!("{}; {cut}", picture.about),
        None => picture.about.clone(),
    };
    out.push_str(&format!(
        "<text x=\"8\" y=\"{}\">{}</text>\n</svg>\n",
        height + 22,
        escape(&below)
    ));
    out
}

fn draw(one: &Box<'_>, at: Place) -> String {
    let class = if one.is_asked { " class=\"s\"" } else { "" };
    let blueprint = safe(one.blueprint);
    let names: Vec<_> = one.names.iter().map(|name| safe(name)).collect();
    let title = format!("{blueprint} {}", names.join(", "));
    let (name, kind) = match one.names.as_slice() {
        [name] => (safe(name).into_owned(), blueprint.into_owned()),
        all => (
            format!("{} {}", number(all.len()), plural(&blueprint)),
            format!("{} ...", safe(all.first().copied().unwrap_or_default())),
        ),
    };
    format!(
        "<g{class}><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{WIDE}\" height=\"{HIGH}\" rx=\"6\"/>\
         <text x=\"{}\" y=\"{}\">{}</text><text class=\"k\" x=\"{}\" y=\"{}\">{}</text></g>\n",
        escape(&title),
        at.x,
        at.y,
        at.x + 8,
        at.y + 15,
        escape(&cut(&name, NAME)),
        at.x + 8,
        at.y + 29,
        escape(&cut(&kind, KIND)),
    )
}

/// The curve of a relation, which says in words what it is when it is pointed at.
fn line(boxes: &[Box<'_>], edge: &Line, ends: (Place, Place), between: usize) -> String {
    let name = |at: usize| match boxes.get(at) {
        Some(one) if one.names.len() > 1 => {
            format!("{} {}", number(one.names.len()), plural(one.blueprint))
        }
        one => one.map_or_else(String::new, |it| it.names.concat()),
    };
    let words = format!("{} {} {}", name(edge.from), edge.relation, name(edge.to));
    format!(
        "<path d=\"{}\"><title>{}</title></path>\n",
        curve(ends, between),
        escape(&words)
    )
}

/// The name of a relation, upon its curve.
fn name(edge: &Line, ends: (Place, Place), between: usize) -> String {
    let (x, y) = label(ends, between);
    let relation = safe(&edge.relation);
    format!(
        "<text class=\"r\" x=\"{x}\" y=\"{}\">{}</text>\n",
        y + 3,
        escape(&cut(&relation, RELATION))
    )
}
