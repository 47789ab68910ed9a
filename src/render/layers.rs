//! A layout for pictures: boxes in layers, what is needed to the left of what needs it. A picture
//! that would be too wide goes on below its beginning, as lines of a text do.
//!
//! In: how many boxes there are and which needs which. Out: a place for each, and the size of it all.
//! Knows nothing of what is drawn.

use std::collections::BTreeMap;

/// The size of a box, and the room around it.
pub(super) const WIDE: usize = 184;
pub(super) const HIGH: usize = 36;
pub(super) const BETWEEN_COLUMNS: usize = 56;
const BETWEEN_ROWS: usize = 8;
/// The most boxes above each other.
const ROWS: usize = 26;
/// The most columns beside each other.
const COLUMNS: usize = 8;
/// The room below a band of columns, in which lines to the next one run.
const BETWEEN_BANDS: usize = 32;

/// Where a box stands: its corner at the upper left.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) x: usize,
    pub(super) y: usize,
}

/// Who needs, and what is needed.
pub(super) type Need = (usize, usize);

/// The place of each box, and the size of the picture; `between` is the room between two columns.
pub(super) fn layout(n: usize, needs: &[Need], between: usize) -> (Vec<Place>, usize, usize) {
    let needed = needed(n, needs);
    let layers = layers(&needed);
    let mut columns: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (node, layer) in layers.iter().enumerate() {
        columns.entry(*layer).or_default().push(node);
    }
    let mut rank = vec![0_usize; n];
    let mut places = vec![Place::default(); n];
    let mut stacks: Vec<Vec<usize>> = Vec::new();
    for nodes in columns.values_mut() {
        nodes.sort_by_key(|node| (middle(of(&needed, *node), &rank), *node));
        for (at, node) in nodes.iter().enumerate() {
            if let Some(rank) = rank.get_mut(*node) {
                *rank = at;
            }
        }
        stacks.extend(nodes.chunks(ROWS).map(<[usize]>::to_vec));
    }
    let (mut widest, mut top, mut deepest) = (BETWEEN_ROWS, BETWEEN_ROWS, 0);
    for band in stacks.chunks(COLUMNS) {
        let mut x = BETWEEN_ROWS;
        for column in band {
            for (row, node) in column.iter().enumerate() {
                let y = top + row * (HIGH + BETWEEN_ROWS);
                deepest = deepest.max(y + HIGH);
                if let Some(place) = places.get_mut(*node) {
                    *place = Place { x, y };
                }
            }
            x += WIDE + between;
        }
        widest = widest.max(x);
        top = deepest + BETWEEN_BANDS;
    }
    let width = widest.saturating_sub(between) + BETWEEN_ROWS;
    (places, width, deepest + BETWEEN_ROWS)
}

/// What each box needs.
fn needed(n: usize, needs: &[Need]) -> Vec<Vec<usize>> {
    let mut needed: Vec<Vec<usize>> = vec![Vec::new(); n];
    for (from, to) in needs {
        if let Some(own) = needed.get_mut(*from) {
            own.push(*to);
        }
    }
    needed
}

fn of(needed: &[Vec<usize>], node: usize) -> &[usize] {
    needed.get(node).map(Vec::as_slice).unwrap_or_default()
}

/// Where the middle of what a node needs stands, so that lines cross little.
fn middle(needed: &[usize], rank: &[usize]) -> usize {
    let ranks: Vec<usize> = needed
        .iter()
        .filter_map(|to| rank.get(*to).copied())
        .collect();
    if ranks.is_empty() {
        return 0;
    }
    ranks.iter().sum::<usize>() * 16 / ranks.len()
}

/// The layer of each node: one more than the deepest of what it needs. Where nodes need each other
/// in a circle, the first of them stands as if what is left open were not there.
fn layers(needed: &[Vec<usize>]) -> Vec<usize> {
    let n = needed.len();
    let mut layers: Vec<Option<usize>> = vec![None; n];
    loop {
        let settled = layers.clone();
        let layer_of = |node: usize| settled.get(node).copied().flatten();
        let is_open = |node: &usize| layer_of(*node).is_none();
        let open: Vec<usize> = (0..n).filter(is_open).collect();
        let Some(first) = open.first() else {
            break;
        };
        let is_ready = |node: &usize| {
            of(needed, *node)
                .iter()
                .all(|to| to == node || layer_of(*to).is_some())
        };
        let mut ready: Vec<usize> = open.iter().copied().filter(is_ready).collect();
        if ready.is_empty() {
            // What only leads to a circle waits for it: so many steps on, one is in it.
            let next = |node: usize| {
                let mut needs = of(needed, node).iter().copied();
                needs.find(|to| *to != node && layer_of(*to).is_none())
            };
            let inside = (0..n).try_fold(*first, |node, _| next(node));
            ready.push(inside.unwrap_or(*first));
        }
        for node in ready {
            let deepest = of(needed, node).iter().filter_map(|to| layer_of(*to)).max();
            if let Some(layer) = layers.get_mut(node) {
                *layer = Some(deepest.map_or(0, |deepest| deepest + 1));
            }
        }
    }
    layers.into_iter().map(Option::unwrap_or_default).collect()
}

/// A curve from the left of who needs to the right of what is needed. One that passes columns runs
/// between their rows, never behind a box; where what is needed does not stand to the left, the curve
/// goes by the right.
pub(super) fn curve((a, b): (Place, Place), between: usize) -> String {
    let (y1, y2) = (a.y + HIGH / 2, b.y + HIGH / 2);
    let half = between / 2;
    if b.x + WIDE > a.x {
        let (x1, right) = (a.x + WIDE, a.x.max(b.x) + WIDE);
        let (x2, turn) = if b.x > a.x {
            (b.x, b.x.saturating_sub(half))
        } else {
            (b.x + WIDE, right + half)
        };
        let lower = if (x1, y1) == (x2, y2) { HIGH / 2 } else { 0 };
        let first = if b.x > a.x { x1 + half } else { right + half };
        return format!(
            "M{x1} {y1}C{first} {y1} {turn} {} {x2} {}",
            y2 + lower,
            y2 + lower
        );
    }
    let (x1, x2) = (a.x, b.x + WIDE);
    if x1 - x2 <= between {
        let (from, to) = (x1.saturating_sub(half), x2 + half);
        return format!("M{x1} {y1}C{from} {y1} {to} {y2} {x2} {y2}");
    }
    let lane = lane(a, b);
    let (from, to) = (x1.saturating_sub(between), x2 + between);
    let (out, into) = (x1.saturating_sub(half), x2 + half);
    format!(
        "M{x1} {y1}C{out} {y1} {out} {lane} {from} {lane}H{to}C{into} {lane} {into} {y2} {x2} {y2}"
    )
}

/// The height at which a long curve passes between rows.
fn lane(a: Place, b: Place) -> usize {
    if b.y < a.y {
        a.y.saturating_sub(BETWEEN_ROWS / 2)
    } else {
        a.y + HIGH + BETWEEN_ROWS / 2
    }
}

/// The height of a name upon a curve.
const LINE: usize = 11;

/// Where the name of a curve may stand: beside who needs, in no box.
pub(super) fn label((a, b): (Place, Place), between: usize) -> (usize, usize) {
    let (y1, y2) = (a.y + HIGH / 2, b.y + HIGH / 2);
    if b.x > a.x {
        // Below the name of what leads the other way, which may be between the same two.
        return (
            b.x.saturating_sub(between / 2),
            usize::midpoint(y1, y2) + LINE,
        );
    }
    if b.x + WIDE > a.x {
        return (a.x + WIDE + between / 2, usize::midpoint(y1, y2));
    }
    let end = if a.x - (b.x + WIDE) <= between {
        y2
    } else {
        lane(a, b)
    };
    (a.x.saturating_sub(between / 2), usize::midpoint(y1, end))
}

#[cfg(test)]
mod tests {
    use super::{HIGH, LINE, Place, WIDE, curve, label, layers, layout, needed};

    #[test]
    fn the_names_of_two_that_need_each_other_stand_one_below_the_other() {
        let (left, right) = (
            Place { x: 8, y: 8 },
            Place {
                x: 8 + WIDE + 60,
                y: 8,
            },
        );
        let (there, back) = (label((right, left), 60), label((left, right), 60));
        assert_eq!(there, (8 + WIDE + 30, 8 + HIGH / 2));
        assert_eq!(back, (there.0, there.1 + LINE));
    }

    #[test]
    fn what_is_needed_stands_left_also_in_a_circle() {
        let needs = [(0, 1), (1, 2), (3, 4), (4, 3), (5, 5), (0, 2)];
        assert_eq!(layers(&needed(6, &needs)), [2, 1, 0, 0, 1, 0]);
        // What leads to a circle does not stand before it.
        assert_eq!(layers(&needed(3, &[(0, 1), (1, 2), (2, 1)])), [1, 0, 1]);
    }

    #[test]
    fn a_long_curve_runs_between_the_rows() {
        let (places, ..) = layout(3, &[(0, 1), (1, 2), (0, 2)], 56);
        let long = curve((places[0], places[2]), 56);
        let lane: usize = long
            .split_once('H')
            .unwrap()
            .0
            .rsplit(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!(lane, places[0].y + HIGH + 4, "{long}");
        assert!(!curve((places[0], places[1]), 56).contains('H'));
    }

    #[test]
    fn a_long_row_goes_on_below() {
        let needs: Vec<(usize, usize)> = (0..200).map(|n| (n, (n + 1) % 200)).collect();
        let (places, width, height) = layout(200, &needs, 56);
        assert!(width < 2_000 && height < 2_000, "{width} {height}");
        let corners: std::collections::BTreeSet<_> = places.iter().map(|it| (it.x, it.y)).collect();
        assert_eq!(corners.len(), 200, "no box lies upon another");
        // Eight beside each other still fit.
        let needs: Vec<(usize, usize)> = (0..7).map(|n| (n, n + 1)).collect();
        let (places, ..) = layout(8, &needs, 56);
        assert!(places.iter().all(|it| it.y == places[0].y));
    }

    #[test]
    fn a_circle_and_a_box_that_needs_itself_have_curves() {
        let place = |x, y| Place { x, y };
        for (a, b) in [
            (place(8, 8), place(8, 8)),
            (place(8, 8), place(8, 52)),
            (place(8, 8), place(8 + WIDE + 56, 8)),
        ] {
            let drawn = curve((a, b), 56);
            assert!(drawn.starts_with(&format!("M{} ", a.x + WIDE)), "{drawn}");
        }
    }
}
