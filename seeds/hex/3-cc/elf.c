// The executable (System V ABI, chapters 4 and 5): one segment to read and execute, with headers, code and constants,
// and one to read and write, with data and zeroes.

enum {  // linux/include/uapi/linux/elf.h
    ET_EXEC = 2, EM_X86_64 = 62, PT_LOAD = 1, PF_X = 1, PF_W = 2, PF_R = 4,
    HEADER_SIZE = 64, PROGRAM_HEADER_SIZE = 56, PAGE = 4096, BASE = 0x400000
};

long section_start[SECTION_ZERO + 1];  // offsets in the file; added to BASE, addresses

void put_program_header(char *to, int flags, long offset, long file_size, long memory_size) {
    put(to, PT_LOAD, 4);
    put(to + 4, flags, 4);
    put(to + 8, offset, 8);
    put(to + 16, BASE + offset, 8);
    put(to + 24, BASE + offset, 8);
    put(to + 32, file_size, 8);
    put(to + 40, memory_size, 8);
    put(to + 48, PAGE, 8);
}

void resolve(struct reference *r, char *image) {
    long value, position = section_start[r->section] + r->position;
    if (!r->entity->section) {
        file_name = r->entity->file;
        line = r->entity->line;
        fail_name("not defined anywhere: ", r->entity->name);
    }
    value = section_start[r->entity->section] + r->entity->offset + r->addend;
    value += r->form == RELATIVE_4 ? -position - 4 : BASE;
    put(image + position, value, r->form == ABSOLUTE_8 ? 8 : 4);
}

void write_executable(char *path) {
    char *image;
    long i, text_end, size, memory_end;
    section_start[SECTION_CODE] = HEADER_SIZE + 2 * PROGRAM_HEADER_SIZE;
    section_start[SECTION_CONSTANTS] = align_up(section_start[SECTION_CODE] + code.size, 16);
    text_end = section_start[SECTION_CONSTANTS] + constants.size;
    section_start[SECTION_DATA] = align_up(text_end, PAGE);
    size = section_start[SECTION_DATA] + data.size;
    section_start[SECTION_ZERO] = align_up(size, 16);
    memory_end = section_start[SECTION_ZERO] + zero_size;
    if (memory_end > 0x70000000) fail("the program is too large");
    image = allocate(size);
    copy(image + section_start[SECTION_CODE], code.data, code.size);
    copy(image + section_start[SECTION_CONSTANTS], constants.data, constants.size);
    copy(image + section_start[SECTION_DATA], data.data, data.size);
    for (i = 0; i < reference_count; i++) resolve(&references[i], image);
    copy(image, "\177ELF\2\1\1", 7);  // 64 bits, little-endian, version 1
    put(image + 16, ET_EXEC, 2);
    put(image + 18, EM_X86_64, 2);
    put(image + 20, 1, 4);
    put(image + 24, BASE + section_start[SECTION_CODE], 8);  // e_entry
    put(image + 32, HEADER_SIZE, 8);                         // e_phoff
    put(image + 52, HEADER_SIZE, 2);
    put(image + 54, PROGRAM_HEADER_SIZE, 2);
    put(image + 56, 2, 2);  // e_phnum
    put_program_header(image + HEADER_SIZE, PF_R | PF_X, 0, text_end, text_end);
    put_program_header(image + HEADER_SIZE + PROGRAM_HEADER_SIZE, PF_R | PF_W, section_start[SECTION_DATA], data.size,
                       memory_end - section_start[SECTION_DATA]);
    write_file(path, image, size);
}
