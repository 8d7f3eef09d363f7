//! Converts recorded writes into lines of text for the golden tests.
//!
//! The changes of an update are sorted, so that equal updates have equal texts. The original order of the changes has no
//! meaning, because all of them read the item as it was before the update.

use table::{Change, Comparison, Condition, Path, Returned, Write};

use crate::attribute::{Item, PK, SK, Value};

/// Returns the lines of text for a write. If the item is not part of the guest list, the lines contain only its key.
pub(super) fn of(write: &Write) -> Vec<String> {
    let key = write.key();
    let kind = match write {
        Write::Put(_) => "put",
        Write::Update(_) => "update",
        Write::Delete(_) => "delete",
        Write::Check { .. } => "check",
    };
    let mut lines = vec![format!("    {kind} {}", name(key))];
    if !is_of_the_guest_list(key) {
        return lines;
    }
    lines
        .extend((write.condition()).map(|wanted| format!("      if {}", condition(wanted, false))));
    if write.is_explained() {
        lines.push("      a refusal brings the item".to_owned());
    }
    let mut changes: Vec<String> = match write {
        Write::Put(put) => {
            let attributes = put.item.iter();
            let attributes = attributes.filter(|(name, _)| ![PK, SK].contains(&name.as_str()));
            let set = attributes.map(|(name, set)| format!("{name} = {}", value(set)));
            set.collect()
        }
        Write::Update(update) => {
            if update.returned != Returned::Nothing {
                lines.push(format!("      returns {:?}", update.returned));
            }
            update.changes.iter().map(change).collect()
        }
        Write::Delete(_) | Write::Check { .. } => Vec::new(),
    };
    changes.sort();
    lines.extend(changes.iter().map(|change| format!("      {change}")));
    lines
}

fn is_of_the_guest_list(key: &Item) -> bool {
    let sk = value(&key[SK]);
    ["SEATS", "REG#", "WAIT#"]
        .iter()
        .any(|prefix| sk.starts_with(prefix))
}

fn name(key: &Item) -> String {
    format!("{} {}", value(&key[PK]), value(&key[SK]))
}

fn condition(wanted: &Condition, within: bool) -> String {
    let joined = |parts: &[Condition], by| {
        let parts: Vec<String> = parts.iter().map(|part| condition(part, true)).collect();
        let parts = parts.join(by);
        if within { format!("({parts})") } else { parts }
    };
    match wanted {
        Condition::Exists(path) => format!("{} exists", shown(path)),
        Condition::Absent(path) => format!("{} is absent", shown(path)),
        Condition::Compare(path, comparison, wanted) => {
            format!("{} {} {}", shown(path), sign(*comparison), value(wanted))
        }
        Condition::Contains(path, part) => format!("{} has {}", shown(path), value(part)),
        Condition::All(all) => joined(all, " AND "),
        Condition::Any(any) => joined(any, " OR "),
        Condition::Not(one) => format!("NOT {}", condition(one, true)),
        Condition::Size(..) | Condition::BeginsWith(..) | Condition::In(..) => {
            panic!("no write of the guest list demands {wanted:?}")
        }
    }
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::AtMost => "<=",
        Comparison::Greater => ">",
        Comparison::AtLeast => ">=",
    }
}

fn change(change: &Change) -> String {
    let name = shown(change.path());
    match change {
        Change::Set(_, set) => format!("{name} = {}", value(set)),
        Change::SetIfAbsent(_, set) => format!("{name} = {}, if absent", value(set)),
        Change::Increase(_, by) => format!("{name} {by:+}"),
        Change::IncreaseFrom(_, from, by) => format!("{name} {by:+}, from {from} if absent"),
        Change::Add(_, members) => format!("{name} gets {}", value(members)),
        Change::Discard(_, members) => format!("{name} loses {}", value(members)),
        Change::Remove(_) => format!("{name} is removed"),
    }
}

fn shown(path: &Path) -> String {
    let text = format!("{path:?}");
    text.replace(['"', '[', ']', '(', ')'], "")
        .replace("Path", "")
}

fn value(value: &Value) -> String {
    let guest = |bytes: &[u8]| {
        let id = u128::from_be_bytes(bytes.try_into().expect("the 16 bytes of a guest"));
        format!("{id:02x}")
    };
    match value {
        Value::S(text) => text.clone(),
        Value::N(number) => number.clone(),
        Value::Bool(bool) => bool.to_string(),
        Value::B(bytes) => format!("guest {}", guest(bytes)),
        Value::Bs(set) => {
            let set: Vec<_> = set.iter().map(|bytes| guest(bytes)).collect();
            format!("guests {}", set.join(" "))
        }
        other => format!("{other:?}"),
    }
}
