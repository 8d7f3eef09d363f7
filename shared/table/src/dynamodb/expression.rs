//! Converts conditions, changes and queries into `DynamoDB`'s expression language.
//!
//! Every attribute name is replaced by an alias, because `DynamoDB` reserves many common words. An expression contains only the
//! necessary parentheses, because `DynamoDB` refuses redundant ones.

use std::{borrow::Cow, collections::HashMap};

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{
    Change, Comparison, Condition, GSI1PK, GSI1SK, Index, PK, Path, SK, SortRange, Value, n, s,
};

/// The attribute names and the values that the expressions of one call use, each under its alias.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    names: Vec<Cow<'static, str>>,
    values: Vec<Value>,
}

impl Aliases {
    /// Returns the map from aliases to attribute names; `None` if no expression contains a name.
    pub(super) fn names(&mut self) -> Option<HashMap<String, String>> {
        let names = std::mem::take(&mut self.names).into_iter().enumerate();
        let names: HashMap<_, _> = names
            .map(|(at, name)| (alias('#', 'n', at), name.into_owned()))
            .collect();
        (!names.is_empty()).then_some(names)
    }

    /// Returns the map from aliases to values; `None` if no expression contains a value.
    pub(super) fn values(&mut self) -> Option<HashMap<String, AttributeValue>> {
        let values = std::mem::take(&mut self.values).into_iter().enumerate();
        let values: HashMap<_, _> = values
            .map(|(at, value)| (alias(':', 'v', at), value.into()))
            .collect();
        (!values.is_empty()).then_some(values)
    }
}

fn alias(sigil: char, kind: char, at: usize) -> String {
    let mut alias = String::with_capacity(4);
    push_alias(&mut alias, sigil, kind, at);
    alias
}

fn push_alias(text: &mut String, sigil: char, kind: char, at: usize) {
    text.push(sigil);
    text.push(kind);
    text.push_str(itoa::Buffer::new().format(at));
}

/// An expression under construction. All its parts are appended to one text and not joined from many texts, because one
/// registration needs dozens of parts.
struct Expression<'a> {
    text: String,
    aliases: &'a mut Aliases,
}

/// The strength with which the outermost operator of an expression binds, from the weakest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Not,
}

impl<'a> Expression<'a> {
    fn new(aliases: &'a mut Aliases) -> Self {
        Self {
            text: String::new(),
            aliases,
        }
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    fn name(&mut self, name: Cow<'static, str>) -> &mut Self {
        let names = &mut self.aliases.names;
        let at = names.iter().position(|known| *known == name);
        let at = at.unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        push_alias(&mut self.text, '#', 'n', at);
        self
    }

    fn path(&mut self, path: Path) -> &mut Self {
        for (at, name) in path.0.into_iter().enumerate() {
            if at > 0 {
                self.text(".");
            }
            self.name(name);
        }
        self
    }

    fn value(&mut self, value: Value) -> &mut Self {
        let values = &mut self.aliases.values;
        let at = values.iter().position(|known| *known == value);
        let at = at.unwrap_or_else(|| {
            values.push(value);
            values.len() - 1
        });
        push_alias(&mut self.text, ':', 'v', at);
        self
    }

    /// Appends a condition to the expression. The condition is put in parentheses if its operator binds more weakly than
    /// `around`, the operator outside it.
    fn condition(&mut self, condition: Condition, around: Binding) -> &mut Self {
        match condition {
            Condition::Exists(path) => self.text("attribute_exists(").path(path).text(")"),
            Condition::Absent(path) => self.text("attribute_not_exists(").path(path).text(")"),
            Condition::Compare(path, comparison, value) => {
                self.path(path).text(sign(comparison)).value(value)
            }
            Condition::Size(path, comparison, size) => self
                .text("size(")
                .path(path)
                .text(")")
                .text(sign(comparison))
                .value(n(size)),
            Condition::Contains(path, value) => self
                .text("contains(")
                .path(path)
                .text(", ")
                .value(value)
                .text(")"),
            Condition::BeginsWith(path, prefix) => self
                .text("begins_with(")
                .path(path)
                .text(", ")
                .value(s(prefix))
                .text(")"),
            Condition::In(path, values) => {
                self.path(path).text(" IN (");
                for (at, value) in values.into_iter().enumerate() {
                    self.text(if at > 0 { ", " } else { "" }).value(value);
                }
                self.text(")")
            }
            Condition::All(all) => self.joined(all, " AND ", Binding::And, around),
            Condition::Any(any) => self.joined(any, " OR ", Binding::Or, around),
            Condition::Not(one) => self.text("NOT ").condition(*one, Binding::Not),
        }
    }

    fn joined(
        &mut self,
        mut parts: Vec<Condition>,
        by: &str,
        binding: Binding,
        around: Binding,
    ) -> &mut Self {
        if parts.len() == 1
            && let Some(one) = parts.pop()
        {
            return self.condition(one, around);
        }
        let (open, close) = if binding < around {
            ("(", ")")
        } else {
            ("", "")
        };
        self.text(open);
        for (at, part) in parts.into_iter().enumerate() {
            self.text(if at > 0 { by } else { "" })
                .condition(part, binding);
        }
        self.text(close)
    }

    /// Appends a change to the expression, without the keyword of its action, such as `SET`.
    fn change(&mut self, change: Change) -> &mut Self {
        match change {
            Change::Set(path, value) => self.path(path).text(" = ").value(value),
            Change::SetIfAbsent(path, value) => self
                .path(path.clone())
                .text(" = if_not_exists(")
                .path(path)
                .text(", ")
                .value(value)
                .text(")"),
            Change::Increase(path, by) => self.path(path.clone()).text(" = ").path(path).plus(by),
            Change::IncreaseFrom(path, from, by) => self
                .path(path.clone())
                .text(" = if_not_exists(")
                .path(path)
                .text(", ")
                .value(n(from))
                .text(")")
                .plus(by),
            Change::Add(path, value) | Change::Discard(path, value) => {
                self.path(path).text(" ").value(value)
            }
            Change::Remove(path) => self.path(path),
        }
    }

    fn plus(&mut self, by: i64) -> &mut Self {
        let sign = if by < 0 { " - " } else { " + " };
        self.text(sign).value(n(by.unsigned_abs()))
    }
}

/// Converts a condition into an expression.
pub(super) fn condition(condition: Condition, aliases: &mut Aliases) -> String {
    let mut expression = Expression::new(aliases);
    expression.condition(condition, Binding::Or);
    expression.text
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => " = ",
        Comparison::NotEqual => " <> ",
        Comparison::Less => " < ",
        Comparison::AtMost => " <= ",
        Comparison::Greater => " > ",
        Comparison::AtLeast => " >= ",
    }
}

/// Converts the changes of an update into one expression. For each action, such as `SET`, the expression contains the keyword
/// once, and after it all changes with this action.
pub(super) fn changes(mut changes: Vec<Change>, aliases: &mut Aliases) -> String {
    let mut expression = Expression::new(aliases);
    for wanted in [Action::Set, Action::Add, Action::Delete, Action::Remove] {
        let of_action = changes.extract_if(.., |change| action(change) == wanted);
        for (at, change) in of_action.enumerate() {
            if at > 0 {
                expression.text(", ");
            } else {
                let before = if expression.text.is_empty() { "" } else { " " };
                expression.text(before).text(wanted.word()).text(" ");
            }
            expression.change(change);
        }
    }
    expression.text
}

/// An action of an update expression, such as `SET`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Set,
    Add,
    Delete,
    Remove,
}

impl Action {
    fn word(self) -> &'static str {
        match self {
            Self::Set => "SET",
            Self::Add => "ADD",
            Self::Delete => "DELETE",
            Self::Remove => "REMOVE",
        }
    }
}

fn action(change: &Change) -> Action {
    match change {
        Change::Set(..)
        | Change::SetIfAbsent(..)
        | Change::Increase(..)
        | Change::IncreaseFrom(..) => Action::Set,
        Change::Add(..) => Action::Add,
        Change::Discard(..) => Action::Delete,
        Change::Remove(_) => Action::Remove,
    }
}

/// Converts the partition key and the range of sort keys of a query into an expression.
pub(super) fn key_condition(
    index: Index,
    partition: String,
    range: SortRange,
    aliases: &mut Aliases,
) -> String {
    let (partition_key, sort_key) = match index {
        Index::Table => (PK, SK),
        Index::Gsi1 => (GSI1PK, GSI1SK),
    };
    let mut expression = Expression::new(aliases);
    expression
        .name(partition_key.into())
        .text(" = ")
        .value(s(partition));
    match range {
        SortRange::All => &mut expression,
        SortRange::BeginsWith(prefix) => expression
            .text(" AND begins_with(")
            .name(sort_key.into())
            .text(", ")
            .value(s(prefix))
            .text(")"),
        SortRange::Between(first, last) => expression
            .text(" AND ")
            .name(sort_key.into())
            .text(" BETWEEN ")
            .value(s(first))
            .text(" AND ")
            .value(s(last)),
    };
    expression.text
}

/// Converts the list of attributes that a query returns into an expression; `None` if the query returns all attributes.
pub(super) fn projection(names: &[&'static str], aliases: &mut Aliases) -> Option<String> {
    let mut expression = Expression::new(aliases);
    for (at, name) in names.iter().enumerate() {
        expression
            .text(if at > 0 { ", " } else { "" })
            .name((*name).into());
    }
    (!names.is_empty()).then_some(expression.text)
}

#[cfg(test)]
mod tests;
