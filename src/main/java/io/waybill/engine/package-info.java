/**
 * The pure core: lanes, gates, retries. One thread, no clock, no input or output: events and facts
 * go in, decisions come out.
 */
@NullMarked
package io.waybill.engine;

import org.jspecify.annotations.NullMarked;
