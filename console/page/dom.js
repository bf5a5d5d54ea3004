/** An element with its properties and children. Text is always text: nothing here reads markup. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'class') element.className = value;
    else if (name.includes('-') || name === 'role' || name === 'for') element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Runs the last of many calls, once for each picture the browser draws. */
export function drawn(draw) {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    // A hidden tab draws no pictures, and shall be up to date when it is looked at.
    const later = document.hidden ? (f) => setTimeout(f, 250) : requestAnimationFrame;
    later(() => {
      due = false;
      draw();
    });
  };
}
