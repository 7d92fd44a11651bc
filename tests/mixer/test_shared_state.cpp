// The block through which everything crosses: its layout, its names, and what it refuses.
#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include "rt-engine/conductor/graph.h"
#include "shared/bad_input.h"
#include "shared/mixer_side.h"
#include "shared/shared_state.h"
#include "shared/worker_side.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

Configuration small() {
    Configuration c;
    c.workers = 2;
    c.voices = 6;
    c.reserve_voices = 2;
    c.depth_frames = 1000;
    c.block_frames = 64;
    c.parameters = 16;
    c.instruments = 4;
    c.buses = 3;
    return c;
}

InstrumentDescription instrument(const char* name, std::initializer_list<const char*> parameters) {
    InstrumentDescription i;
    i.name = name;
    for (const auto* p : parameters) i.parameters.push_back({p, 1, 0, 2, "Hz", false, 1.5f});
    return i;
}

// Whether State's accessor gives something that cannot be written.
template <typename State, typename Accessor>
constexpr bool is_view(Accessor accessor) {
    return std::is_const_v<std::remove_reference_t<decltype(accessor(std::declval<State&>()))>>;
}
template <typename State>
constexpr bool makes_writers = requires(State& state) {
    state.mixer_command_writer();
};
template <typename State>
constexpr bool writes_rings = requires(State& state) {
    state.rings();
};

}  // namespace

TEST_CASE("a view cannot write, and a side writes only its own part") {
    using View = const SharedState;
    STATIC_REQUIRE(is_view<View>([](auto& s) -> auto& { return s.header(); }));
    STATIC_REQUIRE(is_view<View>([](auto& s) -> auto& { return s.clock(); }));
    STATIC_REQUIRE(is_view<View>([](auto& s) -> auto& { return s.voice(0); }));
    STATIC_REQUIRE(is_view<View>([](auto& s) -> auto& { return s.mixer_voice(0); }));
    STATIC_REQUIRE(is_view<View>([](auto& s) -> auto& { return s.worker_voice(0); }));
    STATIC_REQUIRE(is_view<View>([](auto& s) -> auto& { return s.worker(0); }));
    STATIC_REQUIRE(is_view<View>([](auto& s) -> auto& { return s.meter(0); }));
    STATIC_REQUIRE(is_view<View>([](auto& s) -> auto& { return s.node(0); }));
    STATIC_REQUIRE(is_view<View>([](auto& s) -> auto& { return s.parameter(0); }));
    STATIC_REQUIRE(is_view<View>([](auto& s) -> auto& { return s.level(0, 0); }));
    STATIC_REQUIRE_FALSE(makes_writers<View>);
    STATIC_REQUIRE_FALSE(writes_rings<View>);
    STATIC_REQUIRE(makes_writers<SharedState>);
    STATIC_REQUIRE(writes_rings<SharedState>);

    STATIC_REQUIRE(is_view<MixerSide>([](auto& s) -> auto& { return s.header(); }));
    STATIC_REQUIRE(is_view<MixerSide>([](auto& s) -> auto& { return s.worker(0); }));
    STATIC_REQUIRE_FALSE(is_view<MixerSide>([](auto& s) -> auto& { return s.clock(); }));
    STATIC_REQUIRE(is_view<WorkerSide>([](auto& s) -> auto& { return s.header(); }));
    STATIC_REQUIRE(is_view<WorkerSide>([](auto& s) -> auto& { return s.clock(); }));
    STATIC_REQUIRE(is_view<WorkerSide>([](auto& s) -> auto& { return s.start_parameters(0)[0]; }));
    STATIC_REQUIRE_FALSE(is_view<WorkerSide>([](auto& s) -> auto& { return s.line(); }));
    STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<QueueWriter<MixerCommand>>);
}

TEST_CASE("each queue has one writer, and to ask for another is a mistake in the program") {
    SharedState state(small());
    const MixerSide mixer(state);
    const WorkerSide first(state, 0), second(state, 1);
    [[maybe_unused]] auto reports = mixer.reports();
    [[maybe_unused]] auto of_first = first.reports();
    auto of_second = second.reports();  // each worker has queues of its own
    [[maybe_unused]] auto commands = state.mixer_command_writer();
    [[maybe_unused]] auto messages = state.worker_message_writer(1);
    CHECK(of_second.try_push({}));
    CHECK_THROWS_AS(mixer.reports(), std::logic_error);
    CHECK_THROWS_AS(MixerSide(state).reports(), std::logic_error);
    CHECK_THROWS_AS(first.reports(), std::logic_error);
    CHECK_THROWS_AS(state.worker_report_writer(1), std::logic_error);
    CHECK_THROWS_AS(state.mixer_command_writer(), std::logic_error);
    CHECK_THROWS_AS(state.worker_message_writer(1), std::logic_error);
    // Also for who finds the same block.
    auto other = SharedState::attach(state.memory().data(), state.memory().size());
    REQUIRE(other);
    CHECK_THROWS_AS(other->mixer_command_writer(), std::logic_error);
    CHECK_NOTHROW(other->worker_message_writer(0));
}

TEST_CASE("every part of the block lies inside it and on its own cache line") {
    const auto c = small();
    SharedState state(c);
    const auto& h = state.header();
    const auto* base = state.memory().data();
    CHECK(h.magic == shared_state_magic);
    CHECK(h.version == shared_state_version);
    CHECK(h.size_bytes == SharedState::size_bytes(c));
    CHECK(h.instance_id != 0);
    CHECK(h.rings == 2 * 8 + 2);
    CHECK((h.ring_frames & (h.ring_frames - 1)) == 0);
    CHECK(h.ring_frames >= h.depth_frames + 64);
    CHECK(reinterpret_cast<std::uintptr_t>(&state.voice(3)) % 64 == 0);
    CHECK(reinterpret_cast<std::uintptr_t>(state.ring(5).samples) % 64 == 0);
    const auto last_ring = state.ring(h.rings - 1);
    const auto* end = reinterpret_cast<const std::byte*>(last_ring.samples + h.ring_channels * h.ring_channel_stride);
    CHECK(end <= base + h.size_bytes);
    CHECK(h.ring_channel_stride >= h.ring_frames);
    // Neighbouring slots and rings do not overlap.
    CHECK(state.ring(1).samples == state.ring(0).at(1, 0) + h.ring_channel_stride);
    CHECK(state.start_parameters(1).data() - state.start_parameters(0).data() == h.voice_parameters);
    state.level(7, h.ring_frames / 64 - 1).store(0.5f);
    CHECK(state.level(6, h.ring_frames / 64 - 1).load() == 0.0f);
}

TEST_CASE("the same block is found again by another reader, and a wrong one is refused") {
    SharedState state(small());
    const auto memory = state.memory();
    REQUIRE(SharedState::attach(memory.data(), memory.size()));
    CHECK(SharedState::attach(memory.data(), memory.size())->header().instance_id == state.header().instance_id);
    CHECK_FALSE(SharedState::attach(memory.data(), memory.size() - 1));
    CHECK_FALSE(SharedState::attach(memory.data(), 8));
    std::vector<std::byte> copy(memory.begin(), memory.begin() + sizeof(SharedHeader));
    copy.resize(memory.size());
    auto* header = reinterpret_cast<SharedHeader*>(copy.data());
    CHECK(SharedState::attach(copy.data(), copy.size()));
    header->version += 1;
    CHECK_FALSE(SharedState::attach(copy.data(), copy.size()));
    header->version -= 1;
    header->magic ^= 1;
    CHECK_FALSE(SharedState::attach(copy.data(), copy.size()));
}

TEST_CASE("sizes that cannot be are refused with the size and the limit") {
    auto c = small();
    c.channels = 9;
    CHECK_THROWS_WITH(SharedState(c), Catch::Contains("channels: 9"));
    c = small();
    c.workers = 65;
    CHECK_THROWS_WITH(SharedState(c), Catch::Contains("workers: 65"));
    c = small();
    c.voices = 4000;
    CHECK_THROWS_WITH(SharedState(c), Catch::Contains("voices: 4000"));
    c = small();
    c.depth_frames = 1 << 23;
    CHECK_THROWS_AS(SharedState(c), BadInput);
}

TEST_CASE("a depth below what the block needs is raised") {
    auto c = small();
    c.depth_frames = 1;
    c.block_frames = 333;
    CHECK(SharedState(c).header().depth_frames == 2 * 333 + 64 + 64);
}

TEST_CASE("parameters are found by node and name") {
    SharedState state(small());
    Rig rig;
    rig.instruments = {instrument("bass", {"cutoff", "drive"}), instrument("lead", {"cutoff"})};
    const auto version = state.header().graph_version.load();
    describe_graph(state, rig);
    CHECK(state.header().graph_version.load() == version + 1);
    CHECK(state.find_parameter("bass", "cutoff") == 0u);
    CHECK(state.find_parameter("bass", "drive") == 1u);
    CHECK(state.find_parameter("lead", "cutoff") == 2u);
    CHECK_FALSE(state.find_parameter("lead", "drive"));
    CHECK_FALSE(state.find_parameter("pad", "cutoff"));
    CHECK(state.parameter(2).node == 1);
    CHECK(state.parameter(2).value.load() == 1.5f);
}

TEST_CASE("a rig larger than the state is refused and names what is too many") {
    SharedState state(small());
    Rig rig;
    for (int i = 0; i < 5; ++i) rig.instruments.push_back(instrument("x", {}));
    CHECK_THROWS_WITH(describe_graph(state, rig), Catch::Contains("5 instruments"));
    rig.instruments.clear();
    rig.buses.resize(4);
    CHECK_THROWS_WITH(describe_graph(state, rig), Catch::Contains("4 buses"));
    rig.buses.resize(1);
    rig.instruments.assign(3, instrument("x", {"a", "b", "c", "d", "e", "f"}));
    CHECK_THROWS_WITH(describe_graph(state, rig), Catch::Contains("18 parameters"));
}
