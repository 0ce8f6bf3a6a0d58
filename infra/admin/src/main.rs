#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command prints")]

mod customer;
mod import;
mod show;

use anyhow::{Context, Result, bail, ensure};
use clap::{Parser, Subcommand};
use customer::{Customer, NoCustomer, find};
use std::process::ExitCode;
use zikaron_aws::bus::Bus;
use zikaron_aws::clock::{SystemClock, Ulids};
use zikaron_aws::sdk;
use zikaron_aws::store::DynamoStore;
use zikaron_aws::tombstone_key::TombstoneKey;
use zikaron_protocol::model::event::{Event, SessionClose};
use zikaron_protocol::model::ids::{BusinessId, ConnectionId, LeadKey, Line, NumberId};
use zikaron_protocol::ports::EventBus;
use zikaron_protocol::ports::business_store::LeadIndex;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::staff::StaffService;

/// The exit code that tells a program "there is no such customer" from "something went wrong".
const NO_CUSTOMER: u8 = 3;

/// Settings, leads, profiles and sessions of a Zikaron stack.
#[derive(Parser)]
#[command(name = "admin")]
struct Admin {
    /// The table of the stack.
    #[arg(long, env = "TABLE_NAME")]
    table: String,
    /// The bus of the stack; needed by `close` and `import`.
    #[arg(long, env = "EVENT_BUS_NAME")]
    bus: Option<String>,
    /// The business.
    #[arg(long, env = "BUSINESS_ID", global = true)]
    business: Option<String>,
    /// What the stack's secrets begin with, its name; needed by `import`, which must know who was erased.
    #[arg(long, env = "SECRET_PREFIX")]
    secret_prefix: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The settings of a business.
    #[command(subcommand)]
    Settings(SettingsCommand),
    /// Whom a connection belongs to.
    #[command(subcommand)]
    Connection(ConnectionCommand),
    /// Which business a number of a connection belongs to.
    #[command(subcommand)]
    Route(RouteCommand),
    /// A customer.
    #[command(subcommand)]
    Lead(LeadCommand),
    /// What people enter into a profile; the AI never overwrites it.
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// Notes of people.
    #[command(subcommand)]
    Note(NoteCommand),
    /// Past conversations, so that there is a memory on the first day.
    #[command(subcommand)]
    Import(import::ImportCommand),
    /// The figures of the business.
    #[command(subcommand)]
    Figures(FiguresCommand),
    /// Closes the open session of a customer now and has it summarised.
    Close(Customer),
    /// A person answers a customer from now on: the AI sends nothing more.
    TakeOver(Customer),
    /// The AI answers a customer again, from the next message on.
    HandBack(Customer),
}

#[derive(Subcommand)]
enum SettingsCommand {
    /// Prints all settings as JSON.
    Get,
    /// Changes one setting; functions see it when their cache has run out (a minute).
    Set {
        /// The setting's name, as `get` prints it.
        key: String,
        /// Text, number, true/false or JSON.
        value: String,
    },
}

#[derive(Subcommand)]
enum ConnectionCommand {
    /// Gives a connection as a whole to the business: its staff may then set the numbers by themselves.
    Give {
        /// The connection's id, as in the webhook's path.
        #[arg(long)]
        connection: String,
    },
}

#[derive(Subcommand)]
enum RouteCommand {
    /// Lets a number of a connection lead to the business.
    Add {
        /// The connection's id, as in the webhook's path.
        #[arg(long)]
        connection: String,
        /// The WhatsApp `phone_number_id`.
        #[arg(long)]
        number: String,
    },
}

#[derive(Subcommand)]
enum LeadCommand {
    /// Prints the memory of a customer.
    Show {
        #[command(flatten)]
        customer: Customer,
        /// Everything, as JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum ProfileCommand {
    /// Enters a value.
    Set {
        #[command(flatten)]
        customer: Customer,
        /// The field's name.
        field: String,
        /// The value.
        value: String,
    },
    /// Deletes a field for good: the AI may only suggest it from then on.
    Delete {
        #[command(flatten)]
        customer: Customer,
        /// The field's name.
        field: String,
    },
    /// Dismisses a suggestion: it returns only with newer evidence.
    Dismiss {
        #[command(flatten)]
        customer: Customer,
        /// The field's name.
        field: String,
        /// What is suggested, as `lead show` prints it; left out where the customer took back what stands.
        value: Option<String>,
    },
}

#[derive(Subcommand)]
enum FiguresCommand {
    /// Counts the memories that were last written before there were figures among what stands now. Once is enough.
    Recount,
}

#[derive(Subcommand)]
enum NoteCommand {
    /// Adds a note.
    Add {
        #[command(flatten)]
        customer: Customer,
        /// The note.
        text: String,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Admin::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // What went wrong, for the person at the terminal; never a backtrace.
            eprintln!("admin: {error:#}");
            if error.is::<NoCustomer>() { ExitCode::from(NO_CUSTOMER) } else { ExitCode::FAILURE }
        }
    }
}

async fn run(admin: Admin) -> Result<()> {
    let aws = sdk::load().await;
    let store = DynamoStore::new(aws_sdk_dynamodb::Client::new(&aws), admin.table, std::time::Duration::ZERO);
    let business = BusinessId::parse(admin.business.context("--business (or BUSINESS_ID) is missing")?)?;
    match admin.command {
        Command::Settings(command) => settings(&store, &business, command).await,
        Command::Route(RouteCommand::Add { connection, number }) => {
            let line = Line { connection: ConnectionId::parse(connection)?, number: NumberId::parse(number)? };
            store.put_route(&line, &business).await?;
            println!("{} of connection {} leads to {business}", line.number, line.connection);
            Ok(())
        }
        Command::Connection(ConnectionCommand::Give { connection }) => {
            let connection = ConnectionId::parse(connection)?;
            store.put_owner(&connection, &business).await?;
            println!("connection {connection} belongs to {business}");
            Ok(())
        }
        Command::Lead(LeadCommand::Show { customer, json }) => {
            show::show(&store, &find(&store, business, &customer).await?, json).await
        }
        Command::Profile(command) => profile(&store, business, command).await,
        Command::Note(NoteCommand::Add { customer, text }) => {
            ensure!(!text.trim().is_empty(), "the note is empty: give it a text");
            let note = staff(&store).add_note(&find(&store, business, &customer).await?, &text).await?;
            println!("note {} added", note.id);
            Ok(())
        }
        Command::Import(command) => {
            let prefix =
                admin.secret_prefix.context("--secret-prefix (or SECRET_PREFIX) is missing: the stack's name")?;
            let key = TombstoneKey::new(aws_sdk_secretsmanager::Client::new(&aws), &prefix);
            let bus = admin.bus.map(|bus| Bus::new(aws_sdk_eventbridge::Client::new(&aws), bus));
            import::run(store.with_tombstone_key(key), bus, &business, command).await
        }
        Command::Figures(FiguresCommand::Recount) => recount(&store, &business).await,
        Command::Close(customer) => {
            let bus = admin.bus.context("--bus (or EVENT_BUS_NAME) is missing: closing goes over the bus")?;
            let bus = Bus::new(aws_sdk_eventbridge::Client::new(&aws), bus);
            close(&bus, find(&store, business, &customer).await?).await
        }
        Command::TakeOver(customer) => {
            staff(&store).take_over(&find(&store, business, &customer).await?).await?;
            println!("a person answers from now on");
            Ok(())
        }
        Command::HandBack(customer) => {
            staff(&store).hand_back(&find(&store, business, &customer).await?).await?;
            println!("the AI answers again, from the next message on");
            Ok(())
        }
    }
}

fn staff(store: &DynamoStore) -> StaffService<'_, DynamoStore, SystemClock, Ulids> {
    StaffService { store, clock: &SystemClock, ids: &Ulids }
}

async fn profile(store: &DynamoStore, business: BusinessId, command: ProfileCommand) -> Result<()> {
    let staff = staff(store);
    match command {
        ProfileCommand::Set { customer, field, value } => {
            let key = find(store, business, &customer).await?;
            verdicts(&staff.set_field(&key, &field, Some(value)).await?)
        }
        ProfileCommand::Delete { customer, field } => {
            let key = find(store, business, &customer).await?;
            verdicts(&staff.set_field(&key, &field, None).await?)
        }
        ProfileCommand::Dismiss { customer, field, value } => {
            let key = find(store, business, &customer).await?;
            println!("{}", serde_json::to_string_pretty(&staff.dismiss(&key, &field, value.as_deref()).await?)?);
            Ok(())
        }
    }
}

async fn close(bus: &Bus, key: LeadKey) -> Result<()> {
    bus.publish(&[Event::SessionClose(SessionClose { key, session: None })]).await?;
    println!("asked for; the session closes when no turn is under way");
    Ok(())
}

/// How many leads are looked at together.
const PAGE: usize = 100;

async fn recount(store: &DynamoStore, business: &BusinessId) -> Result<()> {
    let staff = staff(store);
    let (mut counted, mut of, mut before) = (0_usize, 0_usize, None);
    loop {
        let (leads, next) = store.leads(business, before.as_ref(), PAGE).await?;
        of += leads.len();
        for lead in leads {
            let key = LeadKey { business: business.clone(), lead };
            counted += usize::from(staff.count_memory(&key).await?);
        }
        before = next;
        if before.is_none() {
            break;
        }
    }
    println!("counted {counted} memories that were not; {} leads in all", of);
    Ok(())
}

async fn settings(store: &DynamoStore, business: &BusinessId, command: SettingsCommand) -> Result<()> {
    let mut settings = store.settings(business).await?;
    if let SettingsCommand::Set { key, value } = command {
        settings.set(&key, &value)?;
        store.put_settings(business, &settings).await?;
    }
    println!("{}", serde_json::to_string_pretty(&settings)?);
    Ok(())
}

fn verdicts(verdicts: &[zikaron_memory::merge::Verdict]) -> Result<()> {
    println!("{}", serde_json::to_string_pretty(verdicts)?);
    let refused = verdicts.iter().find(|verdict| !verdict.accepted);
    if let Some(verdict) = refused {
        bail!("{} was not changed: {}", verdict.field, verdict.reason);
    }
    Ok(())
}
