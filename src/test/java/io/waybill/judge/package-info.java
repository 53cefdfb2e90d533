/** The judge: decides from what was sent, what arrived and what the state table says. */
@NullMarked
package io.waybill.judge;

import org.jspecify.annotations.NullMarked;
