/**
 * A destination that can cancel, to be tried with: a stock and a ledger, in a process of its own.
 */
@NullMarked
package io.waybill.sample;

import org.jspecify.annotations.NullMarked;
