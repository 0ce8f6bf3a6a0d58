//! What every end-to-end test starts from.

use crate::business::Business;
use anyhow::Result;
use zikaron_simulator::admin::Admin;
use zikaron_simulator::customer::Customer;
use zikaron_simulator::driver::Driver;
use zikaron_simulator::local_env::LocalEnv;

/// The local stack and its seeded business.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Where everything is.
    pub env: LocalEnv,
    /// The simulator.
    pub driver: Driver,
    /// The operator's command for the seeded business.
    pub admin: Admin,
}

impl Stage {
    /// The stack this program was started in.
    ///
    /// # Errors
    /// When it was started in none.
    pub fn set() -> Result<Self> {
        let env = LocalEnv::from_env()?;
        Ok(Self { driver: Driver::new(&env.simulator_url)?, admin: Admin::of(&env.business)?, env })
    }

    /// Someone the seeded business does not know yet.
    #[must_use]
    pub fn customer(&self) -> Customer {
        Customer::unknown(&self.driver, &self.admin, &self.env.number)
    }

    /// A business on a connection of its own.
    ///
    /// # Errors
    /// When one of its parts cannot be made.
    pub async fn business(&self) -> Result<Business> {
        Business::set_up(&self.env, &self.driver).await
    }
}
