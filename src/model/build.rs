//! From declarations to the model: resources of known kinds, children lifted out of their parents,
//! attributes read, references resolved, associations folded in.

use std::collections::HashMap;
use std::sync::Arc;

use super::associate::{self, Association};
use super::elsewhere::Elsewhere;
use super::ids::{arm_id, arm_parent, azurerm_id, below, group_of, last_segment};
use super::kinds::{Holds, Kinds, Step, Type};
use super::resolve::Resolver;
use super::{Attr, Draft, KindId, Model, Resource, ResourceId, Target, To, inverse, prior, read};
use crate::declared::{Declarations, Declared, Language};
use crate::value::{self, Cause, CauseKind, Data, Object, Rest, Symbol, Text, Value};

pub(super) fn build(kinds: &Kinds, declarations: Declarations) -> Model<'_> {
    let mut builder = Builder {
        resolver: Resolver::new(kinds, Elsewhere::new(kinds, &declarations.resources)),
        by_kind: HashMap::new(),
    };
    for declared in &declarations.resources {
        builder.draft(Draft {
            declared,
            body: declared.body.clone(),
            exists: declared.exists.clone(),
            parent: None,
            address: declared.address.clone(),
            type_name: declared.type_name.clone(),
            inline: false,
        });
    }
    builder.identify(&declarations.resources);
    prior::add(&mut builder.resolver, &declarations.resources);
    let associations = builder.associations(&declarations.resources);
    builder.attributes();
    let Builder { resolver, by_kind } = builder;
    let (mut resources, elsewhere) = (resolver.resources, resolver.elsewhere);
    let opaque = &declarations.opaque;
    associate::fold(kinds, &mut resources, associations, opaque, &elsewhere);
    inverse::connect(kinds, &mut resources, opaque, &elsewhere);
    Model {
        kinds,
        resources,
        by_kind,
        graph: declarations.graph,
        opaque: declarations.opaque,
        deployed: declarations.deployed,
        defaults: declarations.defaults,
        left_out: declarations.left_out,
    }
}

struct Builder<'k> {
    resolver: Resolver<'k>,
    by_kind: HashMap<KindId, Vec<ResourceId>>,
}

impl<'k> Builder<'k> {
    /// Adds a resource, if it is of a known kind, and the children in its body.
    fn draft(&mut self, draft: Draft<'_>) {
        let kinds = self.resolver.kinds;
        let language = draft.declared.language;
        let Some((kind, _)) = kinds.of_type(language, &draft.type_name) else {
            return;
        };
        let types = &kinds.kind(kind).types;
        let Some(ty) = types
            .iter()
            .position(|t| t.language == language && t.name.eq_ignore_ascii_case(&draft.type_name))
        else {
            return;
        };
        let body = if draft.declared.managed {
            draft.body.clone()
        } else {
            opened(&draft)
        };
        let name = value::member(&body, "name", language == Language::Arm);
        let group = match language {
            Language::Azurerm => {
                Some(value::member(&body, "resource_group_name", false)).filter(|v| !v.is_null())
            }
            Language::Arm => draft.declared.scope.as_ref().and_then(group_of),
        };
        let id = ResourceId(self.resolver.resources.len() as u32);
        self.resolver.resources.push(Resource {
            kind,
            ty,
            address: draft.address.clone(),
            module: draft.declared.module.clone(),
            version: draft.declared.version.clone(),
            body,
            exists: draft.exists.clone(),
            managed: draft.declared.managed,
            outside: false,
            parent: draft.parent.map(Target::resource),
            node: Some(draft.declared.node),
            header: Some(if draft.inline {
                draft.body.span().unwrap_or(draft.declared.header)
            } else {
                draft.declared.header
            }),
            block: draft.declared.block.map(|block| {
                let inner = draft.body.span().filter(|_| draft.inline);
                inner.unwrap_or(block)
            }),
            comments: draft.declared.comments.clone().filter(|_| !draft.inline),
            planned: None,
            ignored: draft.declared.ignored.clone(),
            id: None,
            name: if draft.inline {
                name
            } else {
                last_segment(&name)
            },
            group,
            scope: draft.declared.scope.clone().filter(|_| !draft.inline),
            attributes: Vec::new(),
            inverse: Vec::new(),
            children_incomplete: None,
        });
        self.by_kind.entry(kind).or_default().push(id);
        self.resolver.by_address.insert(draft.address.clone(), id);
        self.children(&draft, id, kind, ty);
    }

    fn children(&mut self, draft: &Draft<'_>, parent: ResourceId, kind: KindId, ty: usize) {
        let kinds = self.resolver.kinds;
        let language = draft.declared.language;
        let body = self.resolver.get(parent).body.clone();
        for child in &kinds.kind(kind).children {
            let paths = child.paths.iter().filter(|(l, _)| *l == language);
            for (_, steps) in paths {
                let list = read::at_path(&body, steps, language);
                let segment = match steps.last() {
                    Some(Step::Member(name)) => name.as_str(),
                    _ => continue,
                };
                let parent_type = &kinds.kind(kind).types[ty].name;
                let type_name: Arc<str> = match language {
                    Language::Arm => format!("{parent_type}/{segment}").into(),
                    Language::Azurerm => format!("{parent_type}.{segment}").into(),
                };
                let mut lifted = Lifted::default();
                lift_children(&list, &draft.exists, &mut lifted);
                for (i, (body, exists)) in lifted.items.into_iter().enumerate() {
                    self.draft(Draft {
                        declared: draft.declared,
                        body,
                        exists,
                        parent: Some(parent),
                        address: format!("{}.{segment}[{i}]", draft.address).into(),
                        type_name: type_name.clone(),
                        inline: true,
                    });
                }
                if lifted.more.is_some() {
                    self.resolver.resources[parent.0 as usize].children_incomplete = lifted.more;
                }
            }
        }
    }

    /// Gives every resource its id and parent as far as they can be told, and makes it findable.
    /// Parents come before children: by the number of segments of their types.
    fn identify(&mut self, declared: &[Declared]) {
        let declared: HashMap<&str, &Declared> =
            declared.iter().map(|d| (&*d.address, d)).collect();
        let mut order: Vec<ResourceId> = (0..self.resolver.resources.len() as u32)
            .map(ResourceId)
            .collect();
        order.sort_by_key(|id| {
            let resource = self.resolver.get(*id);
            (
                self.ty(resource).arm.matches('/').count(),
                resource.parent.is_none(),
            )
        });
        for number in order {
            let resource = self.resolver.get(number);
            let ty = self.ty(resource);
            let own = declared.get(&*resource.address);
            if let Some(Target {
                to: To::Resource(parent),
                ..
            }) = &resource.parent
            {
                self.set_id(
                    number,
                    below(
                        self.resolver.get(*parent).id.as_ref(),
                        &resource.name,
                        &ty.arm,
                    ),
                );
            } else if ty.language == Language::Azurerm {
                let id = azurerm_id(resource, &ty.arm, &ty.names);
                self.set_id(number, id);
            } else if let Some(own) = own {
                self.identify_arm(number, own, &ty.arm);
            }
            self.resolver.index(number);
        }
        self.resolver.merge_existing();
    }

    fn identify_arm(&mut self, number: ResourceId, declared: &Declared, arm: &str) {
        let name = value::member(&declared.body, "name", true);
        let scope = declared.scope.clone().unwrap_or_else(Value::null);
        let types: Vec<&str> = arm.split('/').skip(1).collect();
        let by_address = declared
            .parent
            .as_ref()
            .and_then(|p| self.resolver.by_address.get(p))
            .copied();
        let parent_kinds = self.parent_kinds(arm);
        let secret = name.is_sensitive() || scope.is_sensitive();
        // Id and parent's id, in each case of scope and name.
        let each = |part: fn(&Text, &str, &Text) -> Option<Text>| {
            let id = value::lift2(&scope, &name, &mut |scope, name| {
                let texts = scope.as_text().zip(name.as_text());
                let id = texts.and_then(|(scope, name)| part(&scope, arm, &name));
                id.map_or_else(Value::null, Value::from)
            });
            id.sensitive(secret)
        };
        let id = each(arm_id);
        self.set_id(number, id.as_text().filter(|_| !id.is_null()));
        if let Data::Cases(_) = id.data {
            self.resolver.by_case.insert(number, id);
        }
        let parent = match by_address {
            Some(parent) => Some(Target::resource(parent)),
            None if types.len() > 1 => {
                let own = name.as_text().map(|name| name.split('/').len());
                let id = match own.is_some_and(|own| own != types.len()) {
                    true => scope.clone(),
                    false => each(arm_parent),
                };
                let id = Some(id)
                    .filter(|id| id.as_text().is_some() || matches!(id.data, Data::Cases(_)));
                id.map(|id| self.resolver.by_id(&id, &parent_kinds))
            }
            None => None,
        };
        self.resolver.resources[number.0 as usize].parent = parent;
    }

    /// The kind whose type is this ARM type without its last segment.
    fn parent_kinds(&self, arm: &str) -> Vec<KindId> {
        let parent = arm.rsplit_once('/').map_or(arm, |(parent, _)| parent);
        let kind = self.resolver.kinds.of_type(Language::Arm, parent);
        kind.into_iter().map(|(kind, _)| kind).collect()
    }

    fn ty(&self, resource: &Resource) -> &'k Type {
        &self.resolver.kinds.kind(resource.kind).types[resource.ty]
    }

    fn set_id(&mut self, number: ResourceId, id: Option<Text>) {
        self.resolver.resources[number.0 as usize].id = id;
    }

    /// Resources that only add attributes to others: whom, which attribute, what, and whether.
    fn associations(&mut self, declared: &[Declared]) -> Vec<Association> {
        let mut found = Vec::new();
        for association in declared.iter().filter(|d| d.managed) {
            let Some((kind, rule)) = self.resolver.kinds.association(&association.type_name) else {
                continue;
            };
            let language = association.language;
            let owner = read::at_path(&association.body, &rule.owner, language);
            let owner = self.resolver.by_id(&owner, &[kind]);
            for (number, steps) in &rule.sets {
                let added = read::at_path(&association.body, steps, language);
                let attribute = &self.resolver.kinds.kind(kind).attributes[*number];
                found.push(Association {
                    kind,
                    owner: owner.clone(),
                    attribute: *number,
                    added: match &attribute.holds {
                        Holds::Refers(to) => Attr::Target(self.resolver.by_id(&added, to)),
                        _ => Attr::Value(added),
                    },
                    exists: association.exists.clone(),
                });
            }
        }
        found
    }

    /// Reads all attributes. Resolving them adds outside resources, which get theirs in turn.
    fn attributes(&mut self) {
        let mut i = 0;
        while i < self.resolver.resources.len() {
            let number = ResourceId(i as u32);
            let kind = self.resolver.kinds.kind(self.resolver.get(number).kind);
            let mut attributes = Vec::with_capacity(kind.attributes.len());
            for (n, attribute) in kind.attributes.iter().enumerate() {
                let resource = self.resolver.get(number);
                let plain = || {
                    let (version, managed) = (resource.version.as_deref(), resource.managed);
                    read::plain(
                        attribute,
                        &kind.types[resource.ty],
                        &resource.body,
                        version,
                        managed,
                    )
                };
                attributes.push(match &attribute.holds {
                    Holds::Refers(to) if attribute.many => {
                        let list = plain();
                        Attr::Targets(self.resolver.all_by_id(&list, to))
                    }
                    Holds::Refers(_) => Attr::Target(self.resolver.attribute(number, n)),
                    _ if attribute.name == "name" => Attr::Value(resource.name.clone()),
                    _ => Attr::Value(plain()),
                });
            }
            self.resolver.resources[i].attributes = attributes;
            i += 1;
        }
    }
}

/// The children in a body, each with the condition under which it is there, and why there may be more.
#[derive(Default)]
struct Lifted {
    items: Vec<(Value, Value)>,
    more: Option<Cause>,
}

fn lift_children(list: &Value, exists: &Value, out: &mut Lifted) {
    match &list.data {
        Data::Null => {}
        Data::List(items) => {
            out.items.extend(
                items
                    .items
                    .iter()
                    .map(|item| (item.clone(), exists.clone())),
            );
            if let Some(rest) = &items.rest {
                out.more = Some(rest.symbol.cause().clone());
                if let Some(element) = &rest.element {
                    let some = Symbol::derived(
                        "some",
                        rest.symbol.shown(),
                        &[&rest.symbol.clone().into()],
                    );
                    out.items
                        .push((element.clone(), value::and(exists, &some.into())));
                }
            }
        }
        Data::Cases(cases) => {
            let cond: Value = cases.cond.clone().into();
            let then = value::and(exists, &cond);
            lift_children(&list.restrict(&cases.cond, true), &then, out);
            let otherwise = value::and(exists, &value::not(&cond));
            lift_children(&list.restrict(&cases.cond, false), &otherwise, out);
        }
        Data::Unknown(symbol) => out.more = Some(symbol.cause().clone()),
        _ => out.items.push((list.clone(), exists.clone())),
    }
}

/// The body of something that is only read: what it does not say is not known, instead of absent.
fn opened(draft: &Draft<'_>) -> Value {
    let Some(object) = draft.body.as_object() else {
        return draft.body.clone();
    };
    let cause = Cause::new(
        CauseKind::Outside,
        format!(
            "`{}` is read, not created, by what was analysed",
            draft.address
        ),
    );
    let symbol = Symbol::new(format!("read {}", draft.address), &*draft.address, cause);
    Value::from(Object {
        entries: object.entries.clone(),
        rest: Some(Arc::new(Rest {
            symbol,
            element: None,
        })),
    })
    .with_origin_of(&draft.body)
}
