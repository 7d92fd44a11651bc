#include "script-runtime/worker/engine_share.h"

#include <algorithm>

#include "shared/threads/single_writer.h"

namespace forerun {

EngineShare::EngineShare(const OnThread& on, const WorkerSide& state, const Configuration& configuration,
                         const WorkerSetup& setup, ShareScripts& scripts)
    : state_(state),
      configuration_(configuration),
      line_(state.line()),
      scheduling_(on.scheduling),
      activity_(on.activity),
      scripts_(scripts),
      probe_(on.probe, state.clock(), on.thread, on.activity, scripts.host()),
      messages_(state.messages()),
      service_(state, configuration, setup.replay_reach_frames, scripts, on.activity, on.scheduling, probe_),
      scheduler_(configuration, state.clock(), service_.ahead, service_.depth, service_.costs.books()),
      rewinder_(state, line_, voices_, scripts.host(), on.activity, service_, scheduler_) {
    if (setup.replay_reach_frames) replay_.emplace(state, scripts.host(), on.thread, service_);
}

bool EngineShare::step() {
    probe_.step_begins();
    scheduling_.worked_until(service_.time.read());
    service_.reports.flush();
    bool is_news = take_messages();
    const auto clock = state_.clock().frame();
    // Acquire: pairs with the conductor's release, so every event before the horizon is in our queue. The queue was read
    // before; what the new horizon promises is taken in before it is believed.
    const auto horizon = state_.header().horizon_frame.load(std::memory_order_acquire);
    is_news |= take_messages();
    const auto limit = std::min(clock + service_.ahead.depth_frames, horizon);
    is_news |= follow_load(clock);
    if (is_news || scheduler_.is_new(clock, limit)) look(clock, limit);
    return take_turn(clock, limit) || scripts_.prepare_step() || scripts_.collect_step(true) || scripts_.pool_step();
}

std::int64_t EngineShare::next_due(std::int64_t now) {
    scheduler_.forget_look();
    return scheduler_.next_due(voices_, now);
}

// ---- Messages

bool EngineShare::take_messages() {
    bool is_news = false;
    VoiceMessage message;
    while (messages_.try_pop(message)) {
        is_news = true;
        if (message.is<VoiceStart>()) {
            take_start(message);
            continue;
        }
        const auto found = std::ranges::find_if(voices_, [&](const auto& v) {
            return v->note.slot == message.slot && v->note.generation == message.generation;
        });
        if (found == voices_.end())  // the voice has ended: nothing is left to react
            service_.events.count_gone(message);
        else if (replay_ && replay_->take(**found, message))
            continue;
        else if (message.is<VoiceStop>())
            take_stop(**found, message.frame);
        else
            service_.events.take(**found, message);
    }
    return is_news;
}

void EngineShare::take_start(const VoiceMessage& message) {
    auto voice = std::make_unique<WorkedVoice>();
    voice->note = message;
    voice->start = message.get<VoiceStart>();
    voice->start_frame = message.frame;
    voice->depth.frames = service_.ahead.depth_frames;
    voice->channels = scripts_.versions().at(message.instrument, voice->start.version).description.channels;
    if (replay_) ReplayedTimelines::hold(*voice);
    service_.depth.count_live(*voice, message, state_.clock().frame());
    voices_.push_back(std::move(voice));
}

// The mixer fades from the block on before which it learns of a stop, so a fade's length behind that must be there.
void EngineShare::take_stop(WorkedVoice& voice, std::int64_t frame) {
    const auto known =
        configuration_.offline ? frame : std::max(frame, state_.clock().frame() + service_.ahead.publish_frames);
    voice.stop.frame = std::max<std::int64_t>(0, frame - voice.start_frame) + stop_fade_frames;
    voice.stop.last_frame = std::max<std::int64_t>(0, known - voice.start_frame) + stop_fade_frames;
    // One that is slow to begin may have enough already.
    if (voice.begun && !voice.timeline.published && !voice.wants_more()) service_.output.publish(voice);
}

// ---- At all voices

void EngineShare::look(std::int64_t clock, std::int64_t limit) {
    release_finished();
    scheduler_.begin_look(clock, limit);
    for (auto& voice : voices_) {
        if (voice->wants_more() && voice->timeline.published && !configuration_.offline)
            rewinder_.skip_if_dry(*voice, clock);
        scheduler_.add(*voice);
    }
    scheduler_.end_look();
}

void EngineShare::release_finished() {
    std::erase_if(voices_, [this](const std::unique_ptr<WorkedVoice>& voice) {
        const auto generation = std::uint32_t{voice->note.generation} + 1;
        if (!service_.output.readers_of(*voice).released()) return false;
        service_.events.count_unplayed(*voice);
        service_.copies.let_go(*voice);
        auto& line = state_.worker_voice(voice->note.slot);
        if (voice->begun) {
            line.rings_plus_one[0].store(voice->timeline.ring + 1u, std::memory_order_relaxed);
            line.rings_plus_one[1].store(voice->timeline.other_ring + 1u, std::memory_order_relaxed);
        }
        service_.reports.report(*voice, WorkerReportKind::released, voice->rendered_until(), 0);
        // Release: pairs with the conductor's acquire; nothing of this generation is written after it.
        line.released_generation_plus_one.store(generation, std::memory_order_release);
        return true;
    });
}

bool EngineShare::follow_load(std::int64_t clock) {
    const auto now = service_.time.now();
    if (!load_.follow(now, static_cast<std::int64_t>(line_.busy_nanoseconds.load()))) return false;
    service_.costs.books().find_share(
        std::ranges::count_if(voices_, [](const auto& voice) { return voice->wants_more(); }), load_.whole_load());
    const auto cpu = static_cast<std::int64_t>(line_.cpu_nanoseconds.load()) - load_.yielded();
    const auto shallow = service_.depth.follow(voices_, clock, now, cpu, load_.load());
    service_.quality.window_begins(load_.load() < configuration_.load_ceiling);
    line_.most_shallow_voices.raise_to(shallow);
    return true;
}

// ---- A turn

bool EngineShare::take_turn(std::int64_t clock, std::int64_t limit) {
    const auto began = service_.time.now();
    if (scheduler_.may_rewind(clock, began) && rewind_one(clock, limit)) {
        scheduler_.rewound(count_busy(began));
        return true;
    }
    if (auto* const later = scheduler_.take_later(clock)) {
        visit(*later, clock, limit);
        load_.add_yielded(count_busy(began));
        do_beside(false);
        return true;
    }
    auto* const voice = scheduler_.take_neediest();
    if (!voice) return false;
    const bool all_deep = voice->rendered_until() > clock + service_.ahead.depth_frames / 2;
    visit(*voice, clock, limit);
    scheduler_.visited(count_busy(began));
    do_beside(all_deep);
    return true;
}

bool EngineShare::rewind_one(std::int64_t clock, std::int64_t limit) {
    auto* const voice =
        scheduler_.rewind_one([&](WorkedVoice& waiting) { return rewinder_.rewind(waiting, clock, limit); });
    if (!voice) return false;
    service_.time.read();
    scheduler_.line_up(*voice, clock, limit);
    return true;
}

std::int64_t EngineShare::count_busy(std::int64_t began) {
    const auto took = service_.time.now() - began;
    bump(line_.busy_nanoseconds, took);
    return took;
}

// A worker that is always busy comes to it all the same.
void EngineShare::do_beside(bool all_deep) {
    scripts_.collect_step(false);
    scripts_.prepare_beside(service_.time.now(), all_deep,
                            1e9 * static_cast<double>(service_.ahead.depth_frames) / configuration_.rate_hz);
}

void EngineShare::visit(WorkedVoice& voice, std::int64_t clock, std::int64_t limit) {
    if ((voice.begun || service_.rendering.begin(voice, clock)) && !service_.costs.follow(voice, clock))
        render(voice, clock, limit);
    scheduler_.line_up(voice, clock, limit);
}

void EngineShare::render(WorkedVoice& voice, std::int64_t clock, std::int64_t limit) {
    service_.quality.follow(voice, clock);
    activity_.changes(Activity::rendering, voice.note.serial);
    const auto& ahead = service_.ahead;
    const auto first = voice.position;
    const auto visit_ends = scheduler_.visit_ends(clock);
    limit = std::min(limit, clock + service_.depth.wanted_fill(voice, clock));
    service_.time.read();
    for (int quantum = 0; voice.wants_more() && voice.rendered_until() + quantum_frames <= limit; ++quantum) {
        const bool urgent = !voice.timeline.published && voice.position - first < ahead.publish_frames;
        if (!urgent && (quantum >= RenderAhead::quanta_per_visit || voice.rendered_until() > visit_ends)) break;
        if (quantum > 0 && voice.cost.yields()) break;
        service_.copies.keep(voice, clock);
        service_.rendering.render_quantum(voice);
    }
    const bool begins = voice.cost.yields() && !voice.ended && voice.position < ahead.publish_frames;
    if (!voice.timeline.published && !begins) service_.output.publish(voice);
    scheduling_.worked_until(service_.time.read());
    service_.look_for_floor(voice, clock);
    activity_.changes(Activity::idle);
}

}  // namespace forerun
