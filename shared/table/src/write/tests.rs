use super::*;
use crate::{PK, attr, n, s};

fn key() -> Item {
    [(PK.to_owned(), s("p"))].into()
}

fn item(x: i64) -> Item {
    let mut item = key();
    item.insert("x".to_owned(), n(x));
    item
}

#[test]
fn a_put_replaces_the_whole_item() {
    let mut standing = item(1);
    standing.insert("y".to_owned(), n(2));
    let put = Write::from(Put::of(item(3)));
    for standing in [None, Some(&standing)] {
        assert_eq!(put.apply(standing), Ok(Applied::Item(item(3))));
    }
}

#[test]
fn an_update_makes_an_item_that_does_not_exist() {
    let update = Write::from(Update::of(key()).add("x", n(2)));
    assert_eq!(update.apply(None), Ok(Applied::Item(item(2))));
    assert_eq!(update.apply(Some(&item(1))), Ok(Applied::Item(item(3))));
}

#[test]
fn a_delete_leaves_nothing_and_a_check_everything() {
    let delete = Write::from(Delete::of(key()));
    for standing in [None, Some(&item(1))] {
        assert_eq!(delete.apply(standing), Ok(Applied::Nothing));
    }
    let check = Write::Check {
        key: key(),
        condition: attr("x").equals(n(1)),
    };
    assert_eq!(check.apply(Some(&item(1))), Ok(Applied::Unchanged));
    for standing in [None, Some(&item(2))] {
        assert_eq!(check.apply(standing), Err(Refused::Condition));
    }
}

#[test]
fn a_write_whose_condition_fails_is_refused_before_its_changes_are_tried() {
    let once = attr(PK).absent();
    for write in [
        Put::of(item(2)).when(once.clone()).into(),
        Delete::of(key()).when(once.clone()).into(),
        Update::of(key()).increase(PK, 1).when(once).into(),
    ] {
        let write: Write = write;
        assert_eq!(write.apply(Some(&item(1))), Err(Refused::Condition));
    }
    let unfit = Write::from(Update::of(key()).increase(PK, 1));
    assert_eq!(unfit.apply(Some(&item(1))), Err(Refused::Inapplicable));
}
