//! Plain things as values, and values as text.

use std::sync::Arc;

use super::{Collection, Data, Marks, Members, Number, Object, Symbol, Text, Value};

impl From<Data> for Value {
    fn from(data: Data) -> Value {
        Value {
            data,
            origin: None,
            marks: Marks::default(),
            collection: Collection::No,
            members: Members::Unsaid,
        }
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Data::Bool(b).into()
    }
}

impl From<i64> for Value {
    fn from(i: i64) -> Value {
        Data::Number(Number::Int(i)).into()
    }
}

impl From<&str> for Value {
    fn from(s: &str) -> Value {
        Data::Text(Text::from(s)).into()
    }
}

impl From<Arc<str>> for Value {
    fn from(s: Arc<str>) -> Value {
        Data::Text(Text::from(s)).into()
    }
}

impl From<String> for Value {
    fn from(s: String) -> Value {
        Data::Text(Text::from(s.as_str())).into()
    }
}

impl From<Symbol> for Value {
    fn from(symbol: Symbol) -> Value {
        Data::Unknown(symbol).into()
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Value {
        Data::Object(object).into()
    }
}

impl From<Text> for Value {
    /// A text of a single symbol is that symbol.
    fn from(text: Text) -> Value {
        match text.only_symbol() {
            Some(symbol) => symbol.clone().into(),
            None => Data::Text(text).into(),
        }
    }
}

/// As a string: scalars are written out, symbols become a piece. `None` for collections and null.
pub fn to_text(value: &Value) -> Option<Text> {
    match &value.data {
        Data::Text(text) => Some(text.clone()),
        Data::Unknown(symbol) => Some(Text::symbol(symbol.clone())),
        Data::Bool(b) => Some(Text::from(if *b { "true" } else { "false" })),
        Data::Number(n) if n.is_exact() => Some(Text::from(n.to_string().as_str())),
        Data::Number(_) => {
            let symbol = Symbol::derived("tostring", "a number with many digits", &[value]);
            Some(Text::symbol(symbol))
        }
        _ => None,
    }
}
