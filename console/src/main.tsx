import "./styles/base.css";
import "./styles/shell.css";
import "./styles/leads.css";
import "./styles/conversation.css";
import "./styles/memory.css";
import "./styles/settings.css";
import "./styles/figures.css";
import { render } from "preact";
import { App } from "./app";
import { accessToken, finishSignIn } from "./lib/auth";
import { listenToAddress } from "./lib/route";
import { applyTheme } from "./lib/theme";
import { SignInPage } from "./views/sign-in";

const place = document.getElementById("app");

async function start(into: HTMLElement): Promise<void> {
  applyTheme();
  let failure = "";
  try {
    await finishSignIn();
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  listenToAddress();
  render(accessToken() === null ? <SignInPage failure={failure} /> : <App />, into);
}

if (place) void start(place);
