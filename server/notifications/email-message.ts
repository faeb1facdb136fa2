import { TOPICS } from '@/domain/view/news';
import { planLine } from './digest-message';
import { isDigest, type PlanFacts } from './facts';
import type { Message } from './message';
import { escapedText } from './message-scope';
import { linkTo } from './plan-message';

/** Longer subjects are cut by those who show them. */
const MOST_SUBJECT = 180;

/** An e-mail that says a message: text, and the same as HTML that loads nothing. */
export function emailOf(message: Message, console_: URL): { subject: string; text: string; html: string } {
  const foot = `Sent by Switchyard at ${console_.href} because a notification names this address.`;
  return {
    subject: oneLine(`[Switchyard] ${message.title}`),
    text: `${message.text}\n\n${message.url}\n\n-- \n${foot}\n`,
    html: page(message, console_, foot),
  };
}

/** A subject is one line, whatever names are in it. */
function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length > MOST_SUBJECT ? `${line.slice(0, MOST_SUBJECT)}…`.toWellFormed() : line;
}

function page(message: Message, console_: URL, foot: string): string {
  const { title, text, url, facts } = message;
  const body = isDigest(facts)
    ? `<ul>${facts.plans.map((plan) => `<li>${planHtml(plan, console_)}</li>`).join('')}</ul>`
    : `<p>${escapedText(text)}</p>`;
  return `<!doctype html><html><body style="font-family:sans-serif;font-size:15px;line-height:1.5;color:#1d2733"><h1 style="font-size:18px">${escapedText(title)}</h1>${body}<p><a href="${attribute(url)}">Open in Switchyard</a></p><p style="color:#5b6672;font-size:13px">${escapedText(foot)}</p></body></html>`;
}

function planHtml(plan: PlanFacts, console_: URL): string {
  const told = TOPICS.some((topic) => plan.topics[topic]) ? planLine(plan) : plan.planId;
  const rest = told.slice(plan.planId.length);
  return `<a href="${attribute(linkTo(plan.planId, console_))}">${escapedText(plan.planId)}</a>${escapedText(rest)}`;
}

const attribute = (text: string): string => escapedText(text).replaceAll('"', '&quot;');
