/**
 * The reference: what is written from the declarations of the language for people and for editors.
 *
 * <p>Rule of the room: it reads declarations and pages, and says nothing that stands elsewhere;
 * what it writes is committed, and a test compares. Nothing of it is loaded to check or to carry
 * out a plan.
 */
package runbook.docs;
