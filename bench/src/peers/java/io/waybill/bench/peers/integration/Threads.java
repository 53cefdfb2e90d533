package io.waybill.bench.peers.integration;

/**
 * How many work at once.
 *
 * @param consumers that take from the queue
 * @param channels that are stored, each with a poller
 */
record Threads(int consumers, int channels) {}
