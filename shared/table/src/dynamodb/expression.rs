//! Conditions, changes and queries in `DynamoDB`'s expression language.
//!
//! Every name is an alias: many plain words are reserved. Parentheses stand only where they change something: `DynamoDB`
//! refuses others.

use std::{collections::HashMap, fmt::Write as _};

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{
    Change, Comparison, Condition, GSI1PK, GSI1SK, Index, PK, Path, Query, SK, SortRange, Value, n,
    s,
};

/// The names and values that the expressions of one call use.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    names: Vec<String>,
    values: Vec<Value>,
}

impl Aliases {
    fn name(&mut self, name: &str) -> String {
        let at = self.names.iter().position(|known| known == name);
        let at = at.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        format!("#n{at}")
    }

    fn path(&mut self, path: &Path) -> String {
        let names: Vec<String> = path.0.iter().map(|name| self.name(name)).collect();
        names.join(".")
    }

    fn value(&mut self, value: Value) -> String {
        let at = self.values.iter().position(|known| *known == value);
        let at = at.unwrap_or_else(|| {
            self.values.push(value);
            self.values.len() - 1
        });
        format!(":v{at}")
    }

    /// The names; `None`: no expression uses one.
    pub(super) fn names(&self) -> Option<HashMap<String, String>> {
        let names = self.names.iter().enumerate();
        let names: HashMap<_, _> = names
            .map(|(at, name)| (format!("#n{at}"), name.clone()))
            .collect();
        (!names.is_empty()).then_some(names)
    }

    /// The values; `None`: no expression uses one.
    pub(super) fn values(self) -> Option<HashMap<String, AttributeValue>> {
        let values = self.values.into_iter().enumerate();
        let values: HashMap<_, _> = values
            .map(|(at, value)| (format!(":v{at}"), value.into()))
            .collect();
        (!values.is_empty()).then_some(values)
    }
}

/// The precedence of an expression's outermost operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Not,
}

/// Renders a condition.
pub(super) fn condition(condition: &Condition, aliases: &mut Aliases) -> String {
    within(condition, Binding::Or, aliases)
}

/// Renders a condition, in parentheses where it binds less tightly than what surrounds it.
fn within(condition: &Condition, around: Binding, aliases: &mut Aliases) -> String {
    match condition {
        Condition::Exists(path) => format!("attribute_exists({})", aliases.path(path)),
        Condition::Absent(path) => format!("attribute_not_exists({})", aliases.path(path)),
        Condition::Compare(path, comparison, value) => {
            let path = aliases.path(path);
            let value = aliases.value(value.clone());
            format!("{path} {} {value}", sign(*comparison))
        }
        Condition::Size(path, comparison, size) => {
            let path = aliases.path(path);
            let size = aliases.value(n(size));
            format!("size({path}) {} {size}", sign(*comparison))
        }
        Condition::Contains(path, value) => {
            let path = aliases.path(path);
            let value = aliases.value(value.clone());
            format!("contains({path}, {value})")
        }
        Condition::BeginsWith(path, prefix) => {
            let path = aliases.path(path);
            let prefix = aliases.value(s(prefix));
            format!("begins_with({path}, {prefix})")
        }
        Condition::In(path, values) => {
            let path = aliases.path(path);
            let values = values.iter().map(|value| aliases.value(value.clone()));
            let values: Vec<String> = values.collect();
            format!("{path} IN ({})", values.join(", "))
        }
        Condition::All(all) => joined(all, " AND ", Binding::And, around, aliases),
        Condition::Any(any) => joined(any, " OR ", Binding::Or, around, aliases),
        Condition::Not(one) => format!("NOT {}", within(one, Binding::Not, aliases)),
    }
}

fn joined(
    parts: &[Condition],
    by: &str,
    binding: Binding,
    around: Binding,
    aliases: &mut Aliases,
) -> String {
    if let [one] = parts {
        return within(one, around, aliases);
    }
    let rendered = parts.iter().map(|part| within(part, binding, aliases));
    let rendered = rendered.collect::<Vec<_>>().join(by);
    if binding < around {
        format!("({rendered})")
    } else {
        rendered
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

/// Renders the changes of an update.
pub(super) fn changes(changes: &[Change], aliases: &mut Aliases) -> String {
    let (mut set, mut add, mut delete, mut remove) = (vec![], vec![], vec![], vec![]);
    for change in changes {
        let path = aliases.path(change.path());
        match change {
            Change::Set(_, value) => {
                set.push(format!("{path} = {}", aliases.value(value.clone())));
            }
            Change::SetIfAbsent(_, value) => {
                let value = aliases.value(value.clone());
                set.push(format!("{path} = if_not_exists({path}, {value})"));
            }
            Change::Increase(_, by) => set.push(sum(&path, &path, *by, aliases)),
            Change::IncreaseFrom(_, from, by) => {
                let standing = format!("if_not_exists({path}, {})", aliases.value(n(from)));
                set.push(sum(&path, &standing, *by, aliases));
            }
            Change::Add(_, value) => add.push(format!("{path} {}", aliases.value(value.clone()))),
            Change::Discard(_, value) => {
                delete.push(format!("{path} {}", aliases.value(value.clone())));
            }
            Change::Remove(_) => remove.push(path),
        }
    }
    let mut expression = String::new();
    for (action, parts) in [
        ("SET", set),
        ("ADD", add),
        ("DELETE", delete),
        ("REMOVE", remove),
    ] {
        if !parts.is_empty() {
            let before = if expression.is_empty() { "" } else { " " };
            // Writing into a string does not fail.
            let _ = write!(expression, "{before}{action} {}", parts.join(", "));
        }
    }
    expression
}

fn sum(path: &str, standing: &str, by: i64, aliases: &mut Aliases) -> String {
    let sign = if by < 0 { '-' } else { '+' };
    let by = aliases.value(n(by.unsigned_abs()));
    format!("{path} = {standing} {sign} {by}")
}

/// Renders the key condition of a query.
pub(super) fn key_condition(query: &Query, aliases: &mut Aliases) -> String {
    let (partition, sort) = match query.index {
        Index::Table => (PK, SK),
        Index::Gsi1 => (GSI1PK, GSI1SK),
    };
    let partition = aliases.name(partition);
    let partition = format!("{partition} = {}", aliases.value(s(&query.partition)));
    let mut sort = || aliases.name(sort);
    match &query.sort {
        SortRange::All => partition,
        SortRange::BeginsWith(prefix) => {
            let sort = sort();
            format!(
                "{partition} AND begins_with({sort}, {})",
                aliases.value(s(prefix))
            )
        }
        SortRange::Between(first, last) => {
            let sort = sort();
            let (first, last) = (aliases.value(s(first)), aliases.value(s(last)));
            format!("{partition} AND {sort} BETWEEN {first} AND {last}")
        }
    }
}

/// Renders the attributes that a query wants; `None`: all.
pub(super) fn projection(names: &[&'static str], aliases: &mut Aliases) -> Option<String> {
    let names = names.iter().map(|name| aliases.name(name));
    let names = names.collect::<Vec<_>>().join(", ");
    (!names.is_empty()).then_some(names)
}

#[cfg(test)]
mod tests;
