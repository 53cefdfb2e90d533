/** The vocabulary of the broker: messages, their statuses and the allowed moves between them. */
@NullMarked
package io.waybill.message;

import org.jspecify.annotations.NullMarked;
