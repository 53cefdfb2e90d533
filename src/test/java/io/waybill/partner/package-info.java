/** The servers on which partners of the tests drop files, and what may happen to them. */
@NullMarked
package io.waybill.partner;

import org.jspecify.annotations.NullMarked;
