/**
 * The desk: HTTP API, console and MBean, and who may do what. Nothing here decides about messages.
 */
@NullMarked
package io.waybill.operator;

import org.jspecify.annotations.NullMarked;
