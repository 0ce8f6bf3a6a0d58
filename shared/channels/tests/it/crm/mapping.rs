//! The file of a CRM (docs/crm.md#another-crm).

use serde_json::{Value, json};
use zikaron_channels::crm::Mapping;
use zikaron_protocol::model::event::DOMAIN_EVENTS;

#[test]
fn every_mapping_can_be_read_and_tells_of_events_there_are() {
    for name in Mapping::names() {
        let mapping = Mapping::named(name).unwrap_or_else(|| panic!("{name} is a bad one"));
        assert!(mapping.events().all(|event| DOMAIN_EVENTS.contains(&event)), "{name}");
        assert!(mapping.events().count() > 0, "{name}");
    }
    assert!(Mapping::named("no-such-crm").is_none());
}

#[test]
fn a_bad_mapping_is_refused_with_its_place() {
    let mapping = |step: Value| {
        let events = json!({"webhook.test": [], "lead.erased": [step]});
        json!({"credential": {"header": "x-api-token"}, "events": events})
    };
    let step = |more: Value| {
        let mut step = json!({"name": "go", "method": "POST", "path": "/v1"});
        step.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        mapping(step)
    };
    assert!(Mapping::parse(&step(json!({})).to_string()).is_ok());
    let due = json!({"if": ["!id={customer.phone}", "data.a=b"], "never": [400], "body": "{customer.summary:html}"});
    assert!(Mapping::parse(&step(due).to_string()).is_ok());
    let take = json!({"pick": {"from": ""}, "take": {"found": "/id"}});
    assert!(Mapping::parse(&step(take).to_string()).is_ok());
    let table = [
        (json!({}), "missing field `credential`"),
        (json!({"credential": {"header": "a b"}, "events": {}}), "credential.header: must be the name of a header"),
        (json!({"credential": {"header": "a"}, "events": {}}), "events: must say what is done for webhook.test"),
        (
            json!({"credential": {"header": "a"}, "events": {"webhook.test": [], "turn.due": []}}),
            "turn.due: is no event that is for a business",
        ),
        (step(json!({"retry": 3})), "unknown field `retry`"),
        (step(json!({"method": "TRACE"})), "unknown variant `TRACE`"),
        (step(json!({"path": "v1"})), "lead.erased, go: path must begin with / and hold no ? or #"),
        (step(json!({"path": "/{found}"})), "lead.erased, go: there is no {found}"),
        (step(json!({"body": {"a": ["{customer.email}"]}})), "lead.erased, go: there is no {customer.email}"),
        (step(json!({"body": "{id"})), "lead.erased, go: {id has a brace that is not closed"),
        (step(json!({"body": "{id:htm}"})), "lead.erased, go: there is no {id:htm}"),
        (step(json!({"never": "400"})), "invalid type"),
        (step(json!({"if": ["!data"]})), "lead.erased, go: there is no {data}"),
        (step(json!({"if": ["id={found}"]})), "lead.erased, go: there is no {found}"),
        (
            step(json!({"if": ["!id={customer.phone"]})),
            "lead.erased, go: {customer.phone has a brace that is not closed",
        ),
        (
            step(json!({"pick": {"from": "/a", "is": "{id}"}})),
            "lead.erased, go: pick.any_of and pick.is need each other",
        ),
        (step(json!({"take": {"found": "id"}})), "lead.erased, go: id is no JSON pointer"),
        (step(json!({"take": {"data": "/id"}})), "lead.erased, go: data is no name for what is taken"),
    ];
    for (mapping, expected) in table {
        let error = Mapping::parse(&mapping.to_string()).unwrap_err().to_string();
        assert!(error.contains(expected), "{mapping}: {error}");
    }
}
