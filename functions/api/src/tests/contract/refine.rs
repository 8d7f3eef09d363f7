//! Changes the names of operations and pages, so that generated clients have readable names.

use utoipa::openapi::{
    Components, OpenApi, Ref, RefOr, Schema,
    path::{Operation, Parameter},
    schema::{ArrayItems, ObjectBuilder, Type},
};

/// Returns `document` with all changes of this module, which apply to the operations of all handlers.
pub(super) fn refined(mut document: OpenApi) -> OpenApi {
    let mut components = document.components.take().unwrap_or_default();
    name_pages(&mut components);
    components
        .schemas
        .values_mut()
        .for_each(forget_null_defaults);
    for item in document.paths.paths.values_mut() {
        let methods = [
            (&mut item.get, "get"),
            (&mut item.post, ""),
            (&mut item.put, ""),
            (&mut item.patch, ""),
            (&mut item.delete, ""),
        ];
        for (operation, verb) in methods {
            let Some(operation) = operation else { continue };
            refer_to_pages(operation);
            operation.operation_id = operation.operation_id.take().map(|id| name(verb, &id));
            let parameters = operation.parameters.iter_mut().flatten();
            parameters.for_each(bound_limit);
        }
    }
    document.components = Some(components);
    document
}

/// Returns the id of an operation, for example `listEvents` for the handler `list_events`. The id of a read begins with `get`
/// or `list`.
fn name(verb: &str, handler: &str) -> String {
    let reads = ["get", "list"].iter().any(|verb| handler.starts_with(verb));
    let verb = if reads { "" } else { verb };
    let words = verb.split('_').chain(handler.split('_'));
    let words = words.filter(|word| !word.is_empty()).enumerate();
    words
        .map(|(index, word)| match (index, word.split_at(1)) {
            (0, _) => word.to_owned(),
            (_, (first, rest)) => first.to_ascii_uppercase() + rest,
        })
        .collect()
}

/// Renames the schema `Paged_Event` to `EventPage`. The page then refers to the schema of an event instead of repeating it.
fn name_pages(components: &mut Components) {
    for (name, mut schema) in std::mem::take(&mut components.schemas) {
        let Some(item) = name.strip_prefix("Paged_") else {
            components.schemas.entry(name).or_insert(schema);
            continue;
        };
        if let RefOr::T(Schema::Object(page)) = &mut schema
            && let Some(RefOr::T(Schema::Array(items))) = page.properties.get_mut("items")
        {
            let named = ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(item).into()));
            if let ArrayItems::RefOrSchema(repeated) = std::mem::replace(&mut items.items, named) {
                components.schemas.insert(item.to_owned(), *repeated);
            }
        }
        components.schemas.insert(page_of(item), schema);
    }
}

fn page_of(item: &str) -> String {
    format!("{item}Page")
}

fn refer_to_pages(operation: &mut Operation) {
    for response in operation.responses.responses.values_mut() {
        let RefOr::T(response) = response else {
            continue;
        };
        for content in response.content.values_mut() {
            let RefOr::T(content) = content else { continue };
            if let Some(RefOr::Ref(reference)) = &mut content.schema
                && let Some((_, item)) = reference.ref_location.rsplit_once("/Paged_")
            {
                *reference = Ref::from_schema_name(page_of(item));
            }
        }
    }
}

/// Removes the default `null` from every field. Otherwise generators of clients assume that the field is always present.
fn forget_null_defaults(schema: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(object)) = schema else {
        return;
    };
    for property in object.properties.values_mut() {
        let RefOr::T(property) = property else {
            continue;
        };
        let default = match property {
            Schema::Object(object) => &mut object.default,
            Schema::Array(array) => &mut array.default,
            Schema::OneOf(one_of) => &mut one_of.default,
            _ => continue,
        };
        default.take_if(|value| value.is_null());
    }
}

/// Restricts the query parameter `limit` to the range from 1 to 100, which is the same for every list.
fn bound_limit(parameter: &mut RefOr<Parameter>) {
    if let RefOr::T(parameter) = parameter
        && parameter.name == "limit"
    {
        let whole = ObjectBuilder::new().schema_type(Type::Integer);
        let bounded = whole.minimum(Some(1)).maximum(Some(100)).build();
        parameter.schema = Some(bounded.into());
    }
}
