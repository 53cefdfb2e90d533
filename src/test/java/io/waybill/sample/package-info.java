/** The sample provider as a process of its own. */
@NullMarked
package io.waybill.sample;

import org.jspecify.annotations.NullMarked;
