// Draws a card into the page as the official renderer does, and leaves there: press(title), which presses a button, and
// measure(), which tells what is seen by then.
({ card, host, styles, background, surface }) => {
  const style = document.createElement("style");
  // A list may not stick out of a narrow card, and a paragraph of Markdown has no margin of its own: as in Teams.
  // The published style sheet for dark gives links the colour of the light one; the host configuration knows better.
  // On phones every text breaks a word that is too long (AdaptiveCards#3240); the renderer for the web does so in
  // TextBlocks alone.
  style.textContent = `${styles}
    body { margin: 0; padding: 8px; background: ${background} }
    #card { background: ${surface}; border-radius: 6px; box-shadow: 0 0 2px rgba(0, 0, 0, .3); overflow: hidden }
    #card ul, #card ol { box-sizing: border-box; padding-left: 20px }
    #card p { margin: 0 }
    #card a.ac-anchor:link { color: inherit }
    @media (max-width: 480px) { #card .ac-richTextBlock { overflow-wrap: break-word } }`;
  document.head.append(style);
  const frame = document.createElement("div");
  frame.id = "card";
  document.body.append(frame);

  const markdown = markdownit({ html: false, linkify: false })
    .disable(["heading", "table", "code", "fence", "blockquote", "image", "backticks", "hr"]);
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown.render(text);
    result.didProcess = true;
  };
  const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
  const drawn = new AdaptiveCards.AdaptiveCard();
  drawn.hostConfig = new AdaptiveCards.HostConfig(host);
  drawn.onExecuteAction = () => {};
  drawn.parse(card, context);
  frame.append(drawn.render());
  const problems = [...Array(context.eventCount)].map((_, i) => context.getEventAt(i).message);
  problems.push(...drawn.validateProperties().validationEvents.map((event) => event.message));

  globalThis.press = (title) => {
    const button = [...frame.querySelectorAll("button, [role=button]")]
      .find((one) => one.checkVisibility() && (one.ariaLabel ?? one.textContent.trim()) === title);
    if (!button) throw new Error(`no button "${title}" is seen`);
    button.click();
  };

  const rgba = (colour) => {
    const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
    return [red, green, blue, alpha];
  };
  const behind = (element) => {
    const found = [];
    for (let one = element; one; one = one.parentElement) found.push(rgba(getComputedStyle(one).backgroundColor));
    return found;
  };
  const block = (node) => {
    let element = node.parentElement;
    while (getComputedStyle(element).display.startsWith("inline") && !element.matches("button")) {
      element = element.parentElement;
    }
    return element;
  };
  globalThis.measure = () => {
    const blocks = new Map();
    const nodes = document.createTreeWalker(frame, NodeFilter.SHOW_TEXT);
    while (nodes.nextNode()) {
      const node = nodes.currentNode;
      if (!node.data.trim() || !node.parentElement.checkVisibility()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const { left, top, right, bottom } = range.getBoundingClientRect();
      const look = getComputedStyle(node.parentElement);
      const run = {
        words: node.data, left, top, right, bottom, colour: rgba(look.color), behind: behind(node.parentElement),
        size: parseFloat(look.fontSize), weight: Number(look.fontWeight),
      };
      const owner = block(node);
      blocks.set(owner, [...(blocks.get(owner) ?? []), run]);
    }

    const edge = frame.getBoundingClientRect();
    const overflows = [...frame.querySelectorAll("*")].filter((one) => {
      if (!one.checkVisibility()) return false;
      const { left, right } = one.getBoundingClientRect();
      const look = getComputedStyle(one);
      const cut = look.display !== "inline" && look.overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1;
      const flat = look.display !== "inline" && look.overflowY !== "visible" && one.scrollHeight > one.clientHeight + 1;
      return cut || flat || left < edge.left - 1 || right > edge.right + 1;
    }).map((one) => `${one.tagName.toLowerCase()}.${one.className}: ${one.textContent.slice(0, 60)}`);
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth) overflows.push(`the page is ${root.scrollWidth} px wide`);

    return { height: Math.ceil(edge.bottom + 8), problems, overflows, blocks: [...blocks.values()] };
  };
}
