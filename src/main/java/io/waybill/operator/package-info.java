/** The desk: the HTTP API, and who may do what. Nothing here decides about messages. */
@NullMarked
package io.waybill.operator;

import org.jspecify.annotations.NullMarked;
