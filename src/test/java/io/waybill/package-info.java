/** What holds for the whole of Waybill, whatever the room. */
@NullMarked
package io.waybill;

import org.jspecify.annotations.NullMarked;
