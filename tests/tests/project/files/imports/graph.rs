//! Searches a graph of imports for circles.

use std::collections::{BTreeMap, BTreeSet};

/// For each node, the nodes to which it has an edge.
pub(super) type Graph<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Returns a circle, which begins and ends with the same node, or `None` if the graph has no circle.
pub(super) fn circle<'a>(graph: &Graph<'a>) -> Option<Vec<&'a str>> {
    let mut done = BTreeSet::new();
    graph
        .keys()
        .find_map(|start| from(graph, start, &mut Vec::new(), &mut done))
}

/// Returns a circle that can be reached from `node`, or `None` if there is none. `way` lists the nodes on the path to `node`.
/// No node in `done` leads to a circle.
fn from<'a>(
    graph: &Graph<'a>,
    node: &'a str,
    way: &mut Vec<&'a str>,
    done: &mut BTreeSet<&'a str>,
) -> Option<Vec<&'a str>> {
    if let Some(begin) = way.iter().position(|passed| *passed == node) {
        return Some([&way[begin..], &[node]].concat());
    }
    if done.contains(node) {
        return None;
    }
    way.push(node);
    let next = graph.get(node).into_iter().flatten();
    let found = next
        .into_iter()
        .find_map(|next| from(graph, next, way, done));
    way.pop();
    done.insert(node);
    found
}
