/**
 * What an editor needs: a plan's layout, and what stands at a place of a text that may be broken.
 *
 * <p>Rule of the room: plain data in and out, and no word of a protocol. What is asked about a text
 * is answered about that text, never about the file.
 */
package runbook.edit;
