//! Templates: how they are sent, what Meta would refuse of them, and what its refusals mean.

use crate::graph::{Secrets, accepted, accepts_exactly, both, client, send};
use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};
use zikaron_memory::handover::ChannelFailure;
use zikaron_protocol::model::conversation::{Body, Template, TemplateParameter};
use zikaron_protocol::ports::{Messenger, SendError};

fn template(parameters: &[(Option<&str>, &str)]) -> Body {
    let parameter = |(name, text): &(Option<&str>, &str)| TemplateParameter {
        name: name.map(str::to_owned),
        text: (*text).to_owned(),
    };
    let parameters = parameters.iter().map(parameter).collect();
    let template = Template { name: "visit_reminder".to_owned(), language: "he".to_owned(), parameters };
    Body::Template { template, text: "תזכורת".to_owned() }
}

#[tokio::test]
async fn a_template_is_sent_by_its_name_and_language_with_what_goes_into_it() {
    let expected = |template: Value| {
        json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+972555000001",
            "type": "template", "biz_opaque_callback_data": "out-1", "template": template})
    };
    let bare = json!({"name": "visit_reminder", "language": {"code": "he"}});
    accepts_exactly(&both(), &template(&[]), expected(bare.clone())).await;
    let with = |parameters: Value| {
        let mut template = bare.clone();
        template["components"] = json!([{"type": "body", "parameters": parameters}]);
        expected(template)
    };
    let numbered = json!([{"type": "text", "text": "דנה"}, {"type": "text", "text": "מחר ב-10:00"}]);
    accepts_exactly(&both(), &template(&[(None, "דנה"), (None, "מחר ב-10:00")]), with(numbered)).await;
    let named = json!([{"type": "text", "text": "דנה", "parameter_name": "customer"}]);
    accepts_exactly(&both(), &template(&[(Some("customer"), "דנה")]), with(named)).await;
}

#[tokio::test]
async fn a_template_that_is_not_to_be_had_is_refused_for_good_and_staff_are_told_so() {
    for code in [132_000, 132_001, 132_005, 132_007, 132_012, 132_015, 132_016] {
        let server = MockServer::start().await;
        let refused = ResponseTemplate::new(400).set_body_json(json!({"error": {"code": code}}));
        Mock::given(method("POST")).respond_with(refused).expect(1).mount(&server).await;
        let client = client(&server.uri(), Secrets::Known);
        let end = send(&client, &both(), &template(&[])).await.unwrap_err();
        assert_eq!(end, SendError::RefusedForGood { code });
        assert_eq!(client.failure(code), ChannelFailure::Template, "{code}");
    }
}

#[tokio::test]
async fn a_template_that_meta_would_refuse_is_not_sent() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(accepted()).expect(1).mount(&server).await;
    let client = client(&server.uri(), Secrets::Known);
    let refused = [
        template(&[(None, "")]),
        template(&[(None, " ")]),
        template(&[(None, &"א".repeat(1025))]),
        template(&[(None, "שורה\nשורה")]),
        template(&[(None, "א\tב")]),
        template(&[(None, "א     ב")]),
        template(&[(None, "א"), (Some("b"), "ב")]),
        Body::Template {
            template: Template { name: "Visit".to_owned(), language: "he".to_owned(), parameters: vec![] },
            text: "תזכורת".to_owned(),
        },
        Body::Template {
            template: Template { name: "visit".to_owned(), language: String::new(), parameters: vec![] },
            text: "תזכורת".to_owned(),
        },
    ];
    for body in refused {
        let end = send(&client, &both(), &body).await.unwrap_err();
        assert_eq!(end, SendError::RefusedForGood { code: 100 }, "{body:?}");
    }
    send(&client, &both(), &template(&[(None, &"א".repeat(1024))])).await.unwrap();
}
