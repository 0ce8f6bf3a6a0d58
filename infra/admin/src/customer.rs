//! Which customer a command is about.

use anyhow::{Context, Result};
use clap::Args;
use jiff::Timestamp;
use zikaron_aws::store::DynamoStore;
use zikaron_protocol::model::ids::{Bsuid, BusinessId, CustomerAddress, E164, LeadId, LeadKey};
use zikaron_protocol::ports::store::Store;

/// One customer, by phone number, WhatsApp user id or lead id.
#[derive(Args)]
pub(crate) struct Customer {
    /// The phone number in E.164, such as +972550000001.
    #[arg(long, required_unless_present_any = ["lead", "bsuid"])]
    phone: Option<String>,
    /// WhatsApp's id of a customer (BSUID), such as IL.12345.
    #[arg(long, conflicts_with = "phone")]
    bsuid: Option<String>,
    /// The lead's id.
    #[arg(long, conflicts_with_all = ["phone", "bsuid"])]
    lead: Option<String>,
}

/// The business has no such customer.
#[derive(Debug, thiserror::Error)]
#[error("{0} has no such customer; a phone number is given as +972550000001")]
pub(crate) struct NoCustomer(BusinessId);

/// The lead a customer is.
pub(crate) async fn find(store: &DynamoStore, business: BusinessId, customer: &Customer) -> Result<LeadKey> {
    if let Some(lead) = &customer.lead {
        return Ok(LeadKey { business, lead: LeadId::parse(lead.clone())? });
    }
    let phone = customer.phone.clone().map(E164::parse).transpose();
    let phone = phone.context("--phone must be given as +972550000001, country code included")?;
    let bsuid = customer.bsuid.clone().map(Bsuid::parse).transpose();
    let bsuid = bsuid.context("--bsuid must be given as WhatsApp writes it, such as IL.12345")?;
    let found = store.find(&business, &CustomerAddress { bsuid, phone }, Timestamp::MAX).await?;
    match found.lead() {
        Some(lead) => Ok(LeadKey { lead: lead.clone(), business }),
        None => Err(NoCustomer(business).into()),
    }
}
